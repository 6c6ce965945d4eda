from torch import nn


class Net(nn.Module):
    def __init__(self, n, block):
        super().__init__()
        self.stem = nn.Conv2d(3, 16, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(16)
        stages = [block(16, 16, 1) for _ in range(n)]
        stages += [block(16, 32, 2)] + [block(32, 32, 1) for _ in range(n - 1)]
        stages += [block(32, 64, 2)] + [block(64, 64, 1) for _ in range(n - 1)]
        self.stages = nn.ModuleList(b for b in stages if isinstance(b, nn.Module))
        self.last = nn.Linear(64, 10)

    def forward(self, x):
        x = self.norm(self.stem(x)).relu()
        for stage in self.stages:
            x = stage(x)
        return self.last(x.mean(dim=[2, 3]))


def cifar_resnet(n, block):
    return Net(n, block)
