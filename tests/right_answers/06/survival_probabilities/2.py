def survival_probabilities(blocks, last):
    found = []
    for block in range(1, blocks + 1):
        found.append(1 - (block / blocks) * (1 - last))
    return found
