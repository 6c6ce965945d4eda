# hint: dropped
def expected_depth(survival):
    return float(sum(1 - survival))
