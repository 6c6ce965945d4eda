# hint: swapped
def early_stop(errors, patience):
    if not errors:
        raise ValueError("there are no errors")
    best = 0
    for epoch, error in enumerate(errors):
        if error < errors[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return epoch, best
