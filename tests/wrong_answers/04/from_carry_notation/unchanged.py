# hint: unchanged
def from_carry_notation(weight, bias):
    return weight, bias
