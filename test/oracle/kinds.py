"""How a bug is made of a layer: what it changes on the way, and a table of those that are known by their names."""
BUGS = {}  # each takes (layer copy, hooks) and changes either; None: cannot be done to this layer


def hook(name, key, change, when=lambda L: True):
    def make(L, hooks):
        if not when(L):
            return None
        before = hooks.get(key)
        hooks[key] = (lambda v: change(L, before(v))) if before else (lambda v: change(L, v))
        return "forward"

    BUGS[name] = make


def seen_as(name, base):
    """Numbers in base order whose sizes were written in another order: view, then permute back."""

    def change(L, v):
        sizes = dict(zip(base, v.shape))
        return v.reshape([sizes[a] for a in name]).permute([name.index(a) for a in base])

    return change


def stored_as(name, base):
    """Numbers in another order, viewed with base's sizes."""
    return lambda L, v: v.permute([base.index(a) for a in name]).reshape(v.shape)


def adding(name, add, when=lambda L: True):
    def make(L, hooks):
        if not when(L):
            return None
        hooks["bias"] = add
        return "forward"

    BUGS[name] = make


def setting(name, change):
    def make(L, hooks):
        before = (L.pads, L.stride, L.dilation, L.mode)
        change(L)
        if (L.pads, L.stride, L.dilation, L.mode) == before or min(L.pads) < 0 or min(L.stride + L.dilation) < 1:
            return None
        return "forward"

    BUGS[name] = make


def put(key, change):
    return lambda L: setattr(L, key, change(L))


def backward(name, when=lambda L: True):
    """A backward pass written by hand: it makes one or more gradients."""

    def keep(make):
        def apply(L, hooks):
            if not when(L) or hooks.get("late"):
                return None
            hooks["late"] = lambda found: {k: v.astype(L.x.dtype) for k, v in make(L, found).items()}
            return "backward"

        BUGS[name] = apply

    return keep
