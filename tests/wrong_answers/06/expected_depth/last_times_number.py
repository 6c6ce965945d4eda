# hint: last_times_number
def expected_depth(survival):
    return len(survival) * float(survival[-1])
