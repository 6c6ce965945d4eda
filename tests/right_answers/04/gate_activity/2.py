import torch


def gate_activity(net, x):
    rows = []
    hooks = [
        m.gate.register_forward_hook(lambda module, given, out: rows.append(out.detach().sigmoid().sum(0) / len(out)))
        for m in net if hasattr(m, "gate")
    ]
    net(x)
    for hook in hooks:
        hook.remove()
    return [row.tolist() for row in rows]
