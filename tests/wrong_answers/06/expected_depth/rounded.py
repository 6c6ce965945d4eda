# hint: rounded
def expected_depth(survival):
    return round(float(sum(survival)))
