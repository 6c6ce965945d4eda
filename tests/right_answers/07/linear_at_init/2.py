def linear_at_init(network, x):
    half = len(x) // 2
    first, second = x[:half], x[half:]
    together = network(first + second).detach().double()
    apart = network(first).detach().double() + network(second).detach().double()
    return max(abs(v) for v in (together - apart).flatten().tolist()) / together.abs().max()
