# hint: in_place
def from_carry_notation(weight, bias):
    return weight.neg_(), bias.neg_()
