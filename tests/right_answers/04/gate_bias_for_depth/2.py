import torch


def gate_bias_for_depth(depth, kept):
    if not (depth >= 1 and kept > 0 and kept < 1):
        raise ValueError("no such gate")
    log_carry = torch.log(torch.tensor(kept, dtype=torch.float64)) / depth
    return torch.logit(-torch.expm1(log_carry))
