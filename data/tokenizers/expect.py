"""Makes small tokenizers and says what the tokenizers library (Rust) does with 12,000 strings of many scripts.

Writes into engine/src/test/resources/tokenizers: small ones as NAME.json; for each of them, and for those of real models in
data/tokenizers/models (fetch.sh), NAME.expected: a digest of the ids and of the text made of them for every 100 strings, and 60 strings as
they are. The strings come from a generator that the test has, too. Names of tokenizers as arguments: only these.
Needs: pip install tokenizers==0.23.2 sentencepiece==0.2.2
"""
import io
import json
import pathlib
import sys

import sentencepiece
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

HERE = pathlib.Path(__file__).parent
ROOT = HERE.parents[1]
OUT = ROOT / "engine/src/test/resources/tokenizers"
COUNT = 12000
BLOCK = 100
LITERAL = 60

RANGES = [
    (0x61, 26), (0x41, 26), (0x30, 10), (0x20, 1), (0x20, 16), (0x3A, 7), (0x5B, 6), (0x7B, 4), (0x09, 5), (0xA0, 32),
    (0xC0, 64), (0x100, 128), (0x180, 208), (0x250, 96), (0x2B0, 80), (0x300, 112), (0x370, 144), (0x400, 256), (0x530, 96),
    (0x590, 112), (0x600, 256), (0x900, 128), (0x980, 128), (0xB80, 128), (0xE00, 128), (0xF00, 256), (0x1000, 160),
    (0x10A0, 96), (0x1100, 256), (0x1200, 384), (0x1E00, 256), (0x1F00, 256), (0x2000, 112), (0x2070, 48), (0x20A0, 32),
    (0x2100, 80), (0x2150, 64), (0x2190, 112), (0x2460, 160), (0x2600, 192), (0x3000, 64), (0x3040, 96), (0x30A0, 96),
    (0x3200, 256), (0x4E00, 512), (0xAC00, 512), (0xF900, 64), (0xFB00, 80), (0xFE00, 16), (0xFE30, 96), (0xFF00, 240),
    (0xE000, 16), (0x10330, 27), (0x10400, 80), (0x1D400, 256), (0x1F300, 256), (0x1F600, 80), (0x20000, 64), (0x00, 32),
    (0x7F, 33), (0x200B, 6), (0xD7B0, 80), (0x1D15E, 12), (0x2F800, 64),
]
PHRASES = [
    " the", "Hello world", "'s", "'LL", "don't", "we've ", "I'm", " 12345", "3.14159", "\n\n", "\r\n", "    ", "\t\t", " \n ",
    "def f(x):\n    return x", "https://example.org/a?b=c", "e\u0301", "n\u0303o", "\u1112\u1161\u11ab", "\ufb01sh", "\u00c5ngstr\u00f6m",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1e9\U0001f1ea", "\u0928\u092e\u0938\u094d\u0924\u0947", "\u0645\u0631\u062d\u0628\u0627", "\u4f60\u597d\uff0c\u4e16\u754c",
    "\u3053\u3093\u306b\u3061\u306f", "\uc548\ub155\ud558\uc138\uc694", "\u041f\u0440\u0438\u0432\u0435\u0442", "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35", "<s>", "</s>", "[MASK]", " [SEP]", "<|im_start|>",
    "<|endoftext|>", "<|begin_of_text|>", "<unk>", "\u2581", "##ing", "<0x41>", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "--------", "\u017f\u0130\u0131\u03a3\u03c2",
]


class Lcg:
    def __init__(self, seed):
        self.s = seed

    def next(self, n):
        self.s = (self.s * 1664525 + 1013904223) & 0xFFFFFFFF
        return ((self.s >> 8) * n) >> 24


def strings(count):
    g = Lcg(2026)
    for _ in range(count):
        parts = []
        for _ in range(1 + g.next(12)):
            if g.next(3) == 0:
                parts.append(PHRASES[g.next(len(PHRASES))])
                continue
            # Half of the runs are of the first ranges: plain words between the scripts.
            first, size = RANGES[g.next(10) if g.next(2) == 0 else g.next(len(RANGES))]
            for _ in range(1 + g.next(6)):
                c = first + g.next(size)
                parts.append(chr(c))
        yield "".join(parts)


def fnv(data):
    h = 2166136261
    for b in data:
        h = ((h ^ b) * 16777619) & 0xFFFFFFFF
    return h


def digest(tok, block):
    data = b""
    for s in block:
        ids = tok.encode(s).ids
        for i in ids + [-1]:
            data += (i & 0xFFFFFFFF).to_bytes(4, "little")
        data += tok.decode(ids, skip_special_tokens=True).encode() + b"\xff"
    return fnv(data)


def expect(name, tok, all_strings):
    lines = ["%08x" % digest(tok, all_strings[i:i + BLOCK]) for i in range(0, COUNT, BLOCK)]
    for s in all_strings[:LITERAL]:
        ids = tok.encode(s).ids
        lines.append(json.dumps([s, ids, tok.decode(ids, skip_special_tokens=True)]))
    (OUT / (name + ".expected")).write_text("\n".join(lines) + "\n")
    print(name, tok.get_vocab_size())


def corpus(all_strings):
    for f in sorted((ROOT / "docs").glob("*.md")):
        yield from f.read_text().splitlines()
    yield from all_strings[:3000]


SPLIT = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")


def special(*names):
    return [AddedToken(n, special=True, normalized=False) for n in names]


def small(all_strings):
    gpt2 = Tokenizer(models.BPE())
    gpt2.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    gpt2.decoder = decoders.ByteLevel()
    gpt2.post_processor = processors.ByteLevel(trim_offsets=False)
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=900, initial_alphabet=alphabet, special_tokens=special("<|endoftext|>"), show_progress=False)
    gpt2.train_from_iterator(corpus(all_strings), trainer)
    yield "gpt2-like", gpt2

    llama3 = Tokenizer(models.BPE(ignore_merges=True))
    llama3.normalizer = normalizers.NFC()
    llama3.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Split(Regex(SPLIT), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    llama3.decoder = decoders.ByteLevel()
    names = special("<|begin_of_text|>", "<|im_start|>")
    trainer = trainers.BpeTrainer(vocab_size=900, initial_alphabet=alphabet, special_tokens=names, show_progress=False)
    llama3.train_from_iterator(corpus(all_strings), trainer)
    llama3.post_processor = processors.TemplateProcessing(single="<|begin_of_text|> $A", special_tokens=[("<|begin_of_text|>", 0)])
    yield "llama3-like", llama3

    byte_tokens = ["<0x%02X>" % b for b in range(256)]
    for name, metaspace in (("llama2-like", False), ("mistral-like", True)):
        tok = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
        if metaspace:
            tok.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
        else:
            tok.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
        trainer = trainers.BpeTrainer(vocab_size=1100, limit_alphabet=200, special_tokens=["<unk>", "<s>", "</s>"] + byte_tokens, show_progress=False)
        # Every character of the corpus becomes a token, so it has only some of the scripts.
        tok.train_from_iterator([*corpus([]), *PHRASES, *PHRASES, *all_strings[:25]], trainer)
        data = json.loads(tok.to_str())
        data["added_tokens"] = [t for t in data["added_tokens"] if not t["content"].startswith("<0x")]
        if not metaspace:
            data["pre_tokenizer"] = None
            data["normalizer"] = {"type": "Sequence", "normalizers": [
                {"type": "Prepend", "prepend": "\u2581"}, {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"}]}
        data["decoder"] = {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
            {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
        tok = Tokenizer.from_str(json.dumps(data))
        tok.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
        yield name, tok

    for name, lower in (("bert-like", True), ("bert-cased-like", False)):
        bert = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        bert.normalizer = normalizers.BertNormalizer(lowercase=lower)
        bert.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        trainer = trainers.WordPieceTrainer(vocab_size=1500, special_tokens=names, show_progress=False)
        bert.train_from_iterator(corpus(all_strings), trainer)
        bert.decoder = decoders.WordPiece()
        bert.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
        bert.add_tokens([AddedToken("##ing", lstrip=True), AddedToken("the", single_word=True, rstrip=True)])
        yield name, bert

    odds = Tokenizer(models.BPE(unk_token="<unk>"))
    odds.normalizer = normalizers.Sequence([
        normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase(), normalizers.Strip(),
        normalizers.Replace(Regex(" {2,}"), " "), normalizers.NFKC()])
    odds.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Whitespace(), pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.Punctuation("merged_with_previous")])
    trainer = trainers.BpeTrainer(vocab_size=700, limit_alphabet=300, special_tokens=["<unk>"], show_progress=False)
    odds.train_from_iterator(corpus(all_strings), trainer)
    yield "odds", odds


def fields(message):
    """Number and bytes of the fields of a protocol buffer that are strings or messages."""
    at = 0

    def number():
        nonlocal at
        n = shift = 0
        while True:
            b = message[at]
            at += 1
            n |= (b & 127) << shift
            shift += 7
            if b < 128:
                return n

    while at < len(message):
        key = number()
        size = {0: 0, 1: 8, 2: None, 5: 4}[key & 7]
        if key & 7 == 0:
            number()
        elif size:
            at += size
        else:
            size = number()
            yield key >> 3, message[at:at + size]
            at += size


def character_map(**how):
    """A precompiled map of characters, by the library that defines them."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(["abc abd abe"] * 20), model_writer=model, vocab_size=12, hard_vocab_limit=False, minloglevel=2, **how)
    spec = [b for n, b in fields(model.getvalue()) if n == 3][0]
    return [b for n, b in fields(spec) if n == 2][0]


def rules():
    """Some of NFKC, and what else a map can do: longer keys, keys that start others, clusters, replacements by nothing."""
    nfkc = normalizers.NFKC()
    chars = [c for first, last in ((0xA0, 0x180), (0x340, 0x380), (0x958, 0x960), (0x1E00, 0x1E60), (0x2000, 0x2070), (0x3300, 0x3310),
                                   (0xFB00, 0xFB10), (0xFF01, 0xFF5F), (0xF900, 0xF910), (0x1D400, 0x1D420)) for c in range(first, last)]
    pairs = {chr(c): nfkc.normalize_str(chr(c)) for c in chars if nfkc.normalize_str(chr(c)) != chr(c)}
    pairs.update({c: " " for c in "\t\n\r\u1680\u200b\u2028\u3000"})
    pairs.update({c: "" for c in "\x01\x02\x1f\x7f\u00ad"})
    pairs.update({"e\u0301": "\u00e9", "\u0300\u0301": "+", "n\u0303": "\u00f1", "--": "\u2014", "\u00a9\u200d": "c", "\U0001f600": ":)"})
    path = pathlib.Path("/tmp/rules.tsv")
    path.write_text("".join("%s\t%s\n" % tuple(" ".join("%X" % ord(c) for c in t) for t in p) for p in sorted(pairs.items())))
    return character_map(normalization_rule_tsv=str(path))


def unigrams(all_strings):
    chars = normalizers.Precompiled(rules())

    def trained(tok, size, names, unk, more=(), **model):
        alphabet = [] if model.get("byte_fallback") else ["\u2581"]
        trainer = trainers.UnigramTrainer(
            vocab_size=size, special_tokens=names, unk_token=unk, initial_alphabet=alphabet, show_progress=False, max_piece_length=12)
        # Every character of the corpus becomes a token, so it has only some of the scripts.
        tok.train_from_iterator([*corpus([]), *PHRASES, *PHRASES, *all_strings[:25]], trainer)
        data = json.loads(tok.to_str())
        data["model"]["vocab"] += [[t, -12.5] for t in more]
        data["model"].update(model)
        return Tokenizer.from_str(json.dumps(data))

    t5 = Tokenizer(models.Unigram())
    t5.normalizer = normalizers.Sequence([
        normalizers.Replace("``", "\""), normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase(), chars])
    t5.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    t5.decoder = decoders.Metaspace()
    t5 = trained(t5, 900, ["<pad>", "</s>", "<unk>"], "<unk>")
    t5.post_processor = processors.TemplateProcessing(single="$A </s>", pair="$A </s> $B </s>", special_tokens=[("</s>", 1)])
    yield "t5-like", t5

    xlmr = Tokenizer(models.Unigram())
    xlmr.normalizer = normalizers.Sequence([
        chars, normalizers.Strip(left=False, right=True), normalizers.Replace(Regex(" {2,}"), "\u2581")])
    xlmr.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    xlmr.decoder = decoders.Metaspace()
    xlmr = trained(xlmr, 1100, ["<s>", "<pad>", "</s>", "<unk>"], "<unk>")
    xlmr.add_special_tokens([AddedToken("[MASK]", lstrip=True)])
    xlmr.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    yield "xlmr-like", xlmr

    # Scores with many ties; "<unk>" as text; tokens there twice; bytes for what is unknown.
    odd = Tokenizer(models.Unigram())
    odd.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first", split=False)
    odd = trained(odd, 900, ["<unk>"], "<unk>", ["<0x%02X>" % b for b in range(256)] + ["th", "the"], byte_fallback=True)
    data = json.loads(odd.to_str())
    data["added_tokens"] = []
    data["model"]["vocab"] = [[t, round(score)] for t, score in data["model"]["vocab"]]
    data["decoder"] = {"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Fuse"},
        {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
    yield "unigram-odds", Tokenizer.from_str(json.dumps(data))


def real():
    for f in sorted((HERE / "models").glob("*.json")):
        tok = Tokenizer.from_str(f.read_text())
        tok.no_truncation()
        tok.no_padding()
        yield f.stem, tok


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    all_strings = list(strings(COUNT))
    wanted = sys.argv[1:]
    for name, tok in [*small(all_strings), *unigrams(all_strings)]:
        if wanted and name not in wanted:
            continue
        data = json.loads(tok.to_str())
        (OUT / (name + ".json")).write_text(json.dumps(data, separators=(",", ":"), ensure_ascii=False) + "\n")
        expect(name, Tokenizer.from_str(json.dumps(data)), all_strings)
    for name, tok in real():
        if wanted and name not in wanted:
            continue
        expect(name, tok, all_strings)


main()
