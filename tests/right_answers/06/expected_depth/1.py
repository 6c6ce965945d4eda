def expected_depth(survival):
    return float(sum(survival))
