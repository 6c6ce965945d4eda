# hint: counts_rises
def early_stop(errors, patience):
    if not errors:
        raise ValueError("there are no errors")
    best = rises = 0
    for epoch, error in enumerate(errors):
        if error < errors[best]:
            best = epoch
            rises = 0
        rises += epoch > 0 and error > errors[epoch - 1]
        if rises >= patience:
            break
    return best, epoch
