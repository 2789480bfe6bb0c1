"""float32 functions for use inside kernels: polynomials without branches or calls, so that loops over them become vector code.

Each has fast-math flags of its own: the kernels' freedom to reorder sums would undo the argument reduction. Errors are in ulp, units
in the last place of the result. NaN stays NaN.
"""

from __future__ import annotations

import numpy as np
from numba import njit

inlined = njit(forceinline=True, error_model="numpy", fastmath={"contract"})

ZERO, HALF, ONE, TWO, FOUR = np.float32(0), np.float32(0.5), np.float32(1), np.float32(2), np.float32(4)

EXPONENT_BIAS = 127
TWO_THIRDS = np.int32(0x3F2AAAAB)  # the bits of 2/3
MANTISSA_BITS = 23
SHIFT = np.float32(3 << 22) + np.float32(EXPONENT_BIAS)  # float32 numbers that large are whole
LOG2_E = np.float32(1.4426950408889634)
LN2_HIGH, LN2_LOW = np.float32(0.693359375), np.float32(-2.12194440e-4)  # ln 2 in two parts, the first of few bits (Cody and Waite 1980)
EXP_LOW, EXP_HIGH = np.float32(-104), np.float32(89)  # beyond these e^x is 0 and infinity
EXPM1_LOW, EXPM1_HIGH = np.float32(-18), np.float32(88)  # beyond these e^x - 1 is -1, and infinity (a little early)
SIGMOID_LOW = np.float32(-87)  # below it 1 + e^x is 1
TANH_HIGH = np.float32(10)  # beyond it tanh x is 1
INFINITY = np.float32(np.inf)
# e^r - 1 - r = r² (E0 + E1 r + ...) for |r| up to ln 2 / 2 (Cephes expf, Moshier 1989)
E0, E1, E2 = np.float32(5.0000001201e-1), np.float32(1.6666665459e-1), np.float32(4.1665795894e-2)
E3, E4, E5 = np.float32(8.3334519073e-3), np.float32(1.3981999507e-3), np.float32(1.9875691500e-4)
# ln((1 + s) / (1 - s)) = 2s + s³ (L0 + L1 s² + ...) for |s| up to 1/3 (interpolated at Chebyshev points)
L0, L1, L2, L3 = np.float32(6.6666639e-1), np.float32(4.0007561e-1), np.float32(2.8236619e-1), np.float32(2.6851499e-1)
# sin a = a + a³ (S0 + S1 a² + ...), cos a = 1 - a² / 2 + a⁴ (K0 + K1 a² + ...) for |a| up to pi / 4 (Cephes sinf and cosf, Moshier 1989)
S0, S1, S2 = np.float32(-1.6666654611e-1), np.float32(8.3321608736e-3), np.float32(-1.9515295891e-4)
K0, K1, K2 = np.float32(4.166664568298827e-2), np.float32(-1.388731625493765e-3), np.float32(2.443315711809948e-5)
QUARTER_TURN = np.float32(np.pi / 2)
# erfc(z) = t exp(-z² + C0 + C1 t + ...), t = 2 / (2 + z) (Press et al. 1992, Numerical Recipes, 6.2, erfcc)
C0, C1, C2 = np.float32(-1.26551223), np.float32(1.00002368), np.float32(0.37409196)
C3, C4, C5 = np.float32(0.09678418), np.float32(-0.18628806), np.float32(0.27886807)
C6, C7, C8, C9 = np.float32(-1.13520398), np.float32(1.48851587), np.float32(-0.82215223), np.float32(0.17087277)
SQRT_HALF = np.float32(0.5**0.5)


@inlined
def power_of_two(n):
    """2^n for an integer n from -126 to 127."""
    return np.int32((n + EXPONENT_BIAS) << MANTISSA_BITS).view(np.float32)


@inlined
def reduce_exp(x):
    """(SHIFT + n, q) with e^x = 2^n (1 + q) and |q| < 0.42, for x within the range of exp. For NaN q is NaN and n anything."""
    shifted = x * LOG2_E + SHIFT  # so large that the fraction is rounded off
    n = shifted - SHIFT
    r = (x - n * LN2_HIGH) - n * LN2_LOW
    p = ((((E5 * r + E4) * r + E3) * r + E2) * r + E1) * r + E0
    return shifted, p * (r * r) + r


@inlined
def scale_of(shifted):
    """2^n of SHIFT + n, for n from -126 to 127; infinity for 128. The sum's last bits are the power's exponent."""
    return np.int32(np.float32(shifted).view(np.int32) << MANTISSA_BITS).view(np.float32)


@inlined
def exp(x):
    """e^x, 2 ulp; infinity above 88.73, 0 below -104."""
    x = EXP_HIGH if x > EXP_HIGH else x
    x = EXP_LOW if x < EXP_LOW else x
    shifted, q = reduce_exp(x)
    n = np.int32(shifted - SHIFT)
    first = n >> 1  # in two factors, because 2^128 and 2^-150 are no normal float32
    return ((ONE + q) * power_of_two(first)) * power_of_two(n - first)


@inlined
def expm1(x):
    """e^x - 1, 3 ulp, for x near 0 too; infinity above 88, -1 below -18."""
    y = EXPM1_HIGH if x > EXPM1_HIGH else x
    y = EXPM1_LOW if y < EXPM1_LOW else y
    shifted, q = reduce_exp(y)
    scale = scale_of(shifted)
    return INFINITY if x > EXPM1_HIGH else q * scale + (scale - ONE)


@inlined
def tanh(x):
    """tanh x, 4 ulp; exactly -1 and 1 from |x| = 9.1 on."""
    y = abs(x)
    y = TANH_HIGH if y > TANH_HIGH else y
    shifted, q = reduce_exp(TWO * y)
    scale = scale_of(shifted)
    e = q * scale + (scale - ONE)
    return np.copysign(e / (e + TWO), x)


@inlined
def sigmoid(x):
    """1 / (1 + e^-x), 3 ulp; 0 below -88.37."""
    y = -x
    y = EXP_HIGH if y > EXP_HIGH else y
    y = SIGMOID_LOW if y < SIGMOID_LOW else y
    shifted, q = reduce_exp(y)
    return ONE / (ONE + (ONE + q) * scale_of(shifted))


@inlined
def log1p_unit(u):
    """ln(1 + u) for u from -1/3 to 1, 2 ulp."""
    s = u / (TWO + u)
    z = s * s
    return (((L3 * z + L2) * z + L1) * z + L0) * (z * s) + TWO * s


@inlined
def log(x):
    """ln x for x above 0 that is no subnormal, 2 ulp, near 1 too."""
    bits = np.float32(x).view(np.int32)
    n = (bits - TWO_THIRDS) >> MANTISSA_BITS  # x = 2^n m with m from 2/3 to 4/3, so that nothing cancels near 1
    m = np.int32(bits - (n << MANTISSA_BITS)).view(np.float32)
    return np.float32(n) * LN2_HIGH + (np.float32(n) * LN2_LOW + log1p_unit(m - ONE))


@inlined
def circle(turns):
    """(cos, sin) of 2 pi turns for turns from 0 to 1, absolute error 1e-7."""
    quarters = turns * FOUR
    whole = np.floor(quarters + HALF)
    a = (quarters - whole) * QUARTER_TURN
    z = a * a
    sine = a + a * z * ((S2 * z + S1) * z + S0)
    cosine = ONE - HALF * z + z * z * ((K2 * z + K1) * z + K0)
    quadrant = np.int32(whole)
    x = sine if quadrant & 1 else cosine
    y = cosine if quadrant & 1 else sine
    return -x if (quadrant + 1) & 2 else x, -y if quadrant & 2 else y


@inlined
def softplus(x):
    """ln(1 + e^x), 3 ulp; x itself far to the right."""
    return (ZERO if x < ZERO else x) + log1p_unit(exp(-abs(x)))


@inlined
def normal_cdf(x):
    """The share of a standard normal distribution below x, relative error 1e-6 (5e-6 below -5)."""
    z = abs(x) * SQRT_HALF
    t = TWO / (TWO + z)
    p = ((((((((C9 * t + C8) * t + C7) * t + C6) * t + C5) * t + C4) * t + C3) * t + C2) * t + C1) * t + C0
    tail = HALF * t * exp(p - z * z)
    return tail if x < ZERO else ONE - tail
