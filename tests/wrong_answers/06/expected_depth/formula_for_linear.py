# hint: formula_for_linear
def expected_depth(survival):
    return (3 * len(survival) - 1) / 4
