# hint: one_minus
def from_carry_notation(weight, bias):
    return 1 - weight, 1 - bias
