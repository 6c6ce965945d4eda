# hint: empty_accepted
def early_stop(errors, patience):
    best = epoch = 0
    for epoch, error in enumerate(errors):
        if error < errors[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best, epoch
