# hint: ends_alone
def expected_depth(survival):
    return len(survival) * float(survival[0] + survival[-1]) / 2
