# hint: mean
def expected_depth(survival):
    return float(survival.mean())
