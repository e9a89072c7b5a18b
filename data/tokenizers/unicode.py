"""Writes engine/src/main/java/loom/text/UnicodeData.java: what the tokenizers library (Rust) itself takes characters to be.

The library's parts use tables of different versions of Unicode, so they are asked rather than assumed: categories are those that its
regular expressions know, decompositions, compositions and small letters those of its normalisers. Needs: pip install tokenizers==0.23.2
"""
import pathlib
import unicodedata

from tokenizers import NormalizedString, Regex, normalizers, pre_tokenizers

ALL = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
CATEGORIES = "Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co Cn".split()
FINAL = "0123456789abcdefghijklmnopqrstuv"
MORE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%&("


def number(n):
    """Base 32, highest digit first; all but the last are of the second alphabet."""
    s = FINAL[n & 31]
    n >>= 5
    while n:
        s = MORE[n & 31] + s
        n >>= 5
    return s


def signed(n):
    return number(2 * n if n >= 0 else -2 * n - 1)


def categories():
    table = [CATEGORIES.index("Cn")] * 0x110000
    for c in range(0xD800, 0xE000):
        table[c] = CATEGORIES.index("Cs")
    text = "".join(map(chr, ALL))
    for i, name in enumerate(CATEGORIES):
        if name in ("Cn", "Cs"):
            continue
        split = pre_tokenizers.Split(Regex("\\p{%s}+" % name), "removed", invert=True)
        for _, (start, end) in split.pre_tokenize_str(text):
            for k in range(start, end):
                table[ALL[k]] = i
    out, start = "", 0
    for c in range(1, 0x110001):
        if c == 0x110000 or table[c] != table[start]:
            out += number(c - start) + number(table[start])
            start = c
    return out


def mapping(pairs):
    """Character, how many it becomes, and these, as differences."""
    out, last = "", 0
    for c, to in pairs:
        out += number(c - last) + number(len(to))
        for t in to:
            out += signed(ord(t) - c)
        last = c
    return out


def decompositions(norm, but):
    pairs = []
    for c in ALL:
        if 0xAC00 <= c < 0xD7A4:
            continue  # Hangul is arithmetic
        to = norm.normalize_str(chr(c))
        if to != chr(c) and but.get(c) != to:
            pairs.append((c, to))
    return pairs


def classes(nfd):
    """Canonical combining classes, where the library reorders at all."""
    out, last = "", 0
    for c in ALL:
        k = unicodedata.combining(chr(c))
        moved = nfd.normalize_str("a" + chr(c) + "\u0334") == "a\u0334" + chr(c) or (
            nfd.normalize_str("a\u0345" + chr(c)) == "a" + chr(c) + "\u0345")
        if k and moved:
            out += number(c - last) + number(k)
            last = c
        elif bool(k) != moved and nfd.normalize_str(chr(c)) == chr(c):
            print("class of %x: %d, but %s" % (c, k, moved))
    return out


def compositions(nfd_pairs, nfc):
    """Pairs that compose: first, second, what they become."""
    out = []
    for c, to in nfd_pairs:
        if nfc.normalize_str(to) == chr(c):
            one = unicodedata.decomposition(chr(c)).split()
            first, second = (int(x, 16) for x in one)
            out.append((first, second, c))
    out.sort()
    text, last = "", 0
    for a, b, c in out:
        text += number(a - last) + signed(b - a) + signed(c - a)
        last = a
    return text


def runs(test):
    """How many characters are not in a set, how many then are, and so on."""
    out, start, inside = "", 0, False
    for c in range(0x110001):
        now = c < 0x110000 and not 0xD800 <= c < 0xE000 and test(c)
        if now != inside:
            out += number(c - start)
            start, inside = c, now
    return out


def matched(pre_tokenizer):
    """Characters that a pre-tokenizer keeps, of all of them between letters and spaces."""
    kept = set()
    text = "".join(map(chr, ALL))
    for _, (start, end) in pre_tokenizer.pre_tokenize_str(text):
        kept.update(ALL[start:end])
    return kept


def bert(**flags):
    off = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**{**off, **flags})


def charsmap_of_all():
    """A map in which every first byte of a character is a key: as many X come out as parts were looked up."""
    units = [256 << 10] + [1 << 31] * 767
    for c in range(1, 256):
        units[256 + c] = ((256 + c) ^ 512) << 10 | 256 | c
    units[512] = 1 << 31
    return (4 * len(units)).to_bytes(4, "little") + b"".join(u.to_bytes(4, "little") for u in units) + b"X\0"


def clusters():
    """What characters are in the rules of grapheme clusters (UAX 29), as far as the precompiled normaliser shows it.

    It looks clusters of less than 6 bytes up as a whole, longer ones character by character.
    """
    look = normalizers.Precompiled(charsmap_of_all()).normalize_str
    zwj, mark, sign, ka, virama = "\u200d", "\u0300", "\u00a9", "\u0915", "\u094d"

    def kind(c):
        if c == "\0":
            return 1
        if look("a" + c) == "X":
            if len(look(ka + c + ka + mark)) == 4:
                return 4
            if len(look(sign + c + zwj + sign + mark)) < 5:
                return 5
            return 2 if len(look(ka + c + virama + ka + mark)) == 5 else 3
        if look(c + "a") == "X":
            return 6
        if len(look(c + mark + mark)) == 2:
            return 1
        if len(look(c + zwj + sign + mark)) == 4:
            return 7
        if len(look(c + virama + ka + mark)) == 4:
            return 8
        for k, next in ((9, "\u1100"), (10, "\u1160"), (11, "\u11a8")):
            if len(look(c + next + mark)) == 3:
                return k
        return 0

    out, start, last = "", 0, -1
    for c in range(0x110001):
        hangul = 0xAC00 <= c < 0xD7A4  # arithmetic
        now = -1 if c == 0x110000 else 0 if hangul or 0xD800 <= c < 0xE000 else kind(chr(c))
        if now != last:
            if c:
                out += number(c - start) + number(last)
            start, last = c, now
    return out


def java(name, text):
    lines = [text[i:i + 100] for i in range(0, len(text), 100)]
    return "    static final String %s = \"%s\";\n" % (name, "\"\n            + \"".join(lines))


nfd = normalizers.NFD()
canonical = decompositions(nfd, {})
compatible = decompositions(normalizers.NFKD(), dict(canonical))
lower = [(c, normalizers.Lowercase().normalize_str(chr(c))) for c in ALL]
lower = [(c, t) for c, t in lower if t != chr(c)]
strip, clean, marks = normalizers.StripAccents(), bert(clean_text=True), bert(strip_accents=True)
# Rust's own expressions: in "Whitespace" a word ends where the next one starts, so each character is asked with a letter on both sides.
rust_words = {c for c in ALL if pre_tokenizers.Whitespace().pre_tokenize_str("a%sa" % chr(c)) == [("a%sa" % chr(c), (0, 3))]}
onig_words = matched(pre_tokenizers.Split(Regex("\\w+"), "removed", invert=True))
bert_cut = pre_tokenizers.BertPreTokenizer()
punctuation = {c for c in ALL if len(bert_cut.pre_tokenize_str("a%sa" % chr(c))) == 3}
spaces = {c for c in ALL if len(bert_cut.pre_tokenize_str("a%sa" % chr(c))) == 2}
onig_spaces = matched(pre_tokenizers.Split(Regex("\\s+"), "removed", invert=True))
print("spaces", sorted(map(hex, spaces)), spaces == onig_spaces)
digits = {c for c in ALL if len(pre_tokenizers.Digits(individual_digits=True).pre_tokenize_str("a%sa" % chr(c))) == 3}
gone = {c for c in ALL if clean.normalize_str(chr(c)) == ""}
other = {c for c in ALL if clean.normalize_str(chr(c)) not in ("", chr(c), " ")}
assert not other
print("cleaned to a space", [hex(c) for c in ALL if clean.normalize_str(chr(c)) == " "])
parts = [
    ("    /** Letters of words, for Rust's expressions. */\n", java("RUST_WORDS", runs(rust_words.__contains__))),
    ("    /** Letters of words, for Oniguruma's expressions. */\n", java("WORDS", runs(onig_words.__contains__))),
    ("    /** Punctuation. */\n", java("PUNCTUATION", runs(punctuation.__contains__))),
    ("    /** Digits and other numbers. */\n", java("NUMBERS", runs(digits.__contains__))),
    ("    /** What the cleaning of BERT leaves out. */\n", java("CLEANED", runs(gone.__contains__))),
    ("    /** What BERT takes for accents. */\n", java("BERT_MARKS", runs(lambda c: marks.normalize_str(chr(c)) == ""))),
    ("    /** What is stripped as an accent elsewhere. */\n", java("MARKS", runs(lambda c: strip.normalize_str(chr(c)) == ""))),
    ("    /** Runs of characters: their number and category. */\n", java("CATEGORIES", categories())),
    ("    /** Canonical decompositions, but for Hangul. */\n", java("CANONICAL", mapping(canonical))),
    ("    /** Compatible decompositions where they are not the canonical ones. */\n", java("COMPATIBLE", mapping(compatible))),
    ("    /** Canonical combining classes that are not 0. */\n", java("CLASSES", classes(nfd))),
    ("    /** Pairs that compose, but for Hangul. */\n", java("COMPOSITIONS", compositions(canonical, normalizers.NFC()))),
    ("    /** Small letters. */\n", java("LOWER", mapping(lower))),
    ("    /** Runs of characters: their number and their part in grapheme clusters. */\n", java("CLUSTERS", clusters())),
]
body = "\n".join(a + b for a, b in parts)
target = pathlib.Path(__file__).parents[2] / "engine/src/main/java/loom/text/UnicodeData.java"
target.write_text("""package loom.text;

/** Tables for {@link Unicode}, written by {@code data/tokenizers/unicode.py}: numbers of base 32, most of them differences. */
final class UnicodeData {
    private UnicodeData() {}

%s}
""" % body)
print([len(b) for _, b in parts])
