# hint: no_bias_at_the_end
from torch import nn
from torch.nn import functional as F


class ResNet(nn.Module):
    def __init__(self, block, blocks, channels, classes):
        super().__init__()
        self.conv0 = nn.Conv2d(1, channels, 1)
        self.body = nn.Sequential(*(block(channels, 3) for _ in range(blocks)))
        self.fc = nn.Linear(channels, classes, bias=False)

    def forward(self, x):
        x = self.body(F.relu(self.conv0(x)))
        return self.fc(x.mean(dim=(2, 3)))
