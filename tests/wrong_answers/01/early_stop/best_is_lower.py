# hint: best_is_lower
def early_stop(errors, patience):
    if not errors:
        raise ValueError("there are no errors")
    best = 0
    for epoch, error in enumerate(errors):
        if epoch > 0 and error < errors[epoch - 1]:
            best = epoch
        if epoch - best >= patience:
            break
    return best, epoch
