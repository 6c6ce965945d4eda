# hint: bias_one_minus
def from_carry_notation(weight, bias):
    return -weight, 1 - bias
