def early_stop(errors, patience):
    if len(errors) == 0:
        raise ValueError("nothing to choose from")
    chosen, waited = 0, 0
    for epoch in range(1, len(errors)):
        if errors[epoch] < errors[chosen]:
            chosen, waited = epoch, 0
        else:
            waited += 1
        if waited == patience:
            return chosen, epoch
    return chosen, len(errors) - 1
