# hint: returns_the_same
def deepen_with_identity(network, depth):
    return network
