# hint: product
def expected_depth(survival):
    return float(survival.prod())
