from torch import nn


def he_normal_(weight):
    return nn.init.kaiming_normal_(weight, nonlinearity="relu")
