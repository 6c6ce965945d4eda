# hint: waits_anew
def early_stop(errors, patience):
    if not errors:
        raise ValueError("there are no errors")
    best = waited = 0
    for epoch in range(1, len(errors)):
        if errors[epoch] < errors[best]:
            best = epoch
        waited = 0 if errors[epoch] < errors[epoch - 1] else waited + 1
        if waited == patience:
            return best, epoch
    return best, len(errors) - 1
