// node members.cjs TYPESCRIPT loom.d.ts: what the declarations export, as JSON {members: {name: [member, ...]}, markdown, api}; api has the members
// of what a page holds in its hands, as {name, signature, doc}.
const ts = require(process.argv[2]);
const fs = require('node:fs');

const text = fs.readFileSync(process.argv[3], 'utf8');
const source = ts.createSourceFile('loom.d.ts', text, ts.ScriptTarget.Latest, true);

const doc = (node) => (node.jsDoc ?? []).map(({comment}) => ts.getTextOfJSDocComment(comment) ?? '').join(' ').replace(/\s+/g, ' ').trim();
const code = (node) => node.getText(source).replace(/\s*\/\*\*[^]*?\*\/\s*/g, ' ').replace(/\s+/g, ' ').trim().replace(/[;,]$/, '');
/** Null for index signatures. */
const nameOf = ({name}) => (name === undefined || ts.isComputedPropertyName(name) ? null : name.text);

/** Members of an interface with those of the interfaces it extends, of a class, or of a constant's type. */
function membersOf(node) {
    if (ts.isVariableStatement(node)) {
        return [...node.declarationList.declarations[0].type.members];
    }
    const bases = (node.heritageClauses ?? []).flatMap(({types}) => types.map(({expression}) => interfaces.get(expression.text)))
        .filter((base) => base !== undefined);
    return [...bases.flatMap(membersOf), ...(node.members ?? [])];
}

const exported = source.statements.filter((node) => (ts.canHaveModifiers(node) ? ts.getModifiers(node) ?? [] : [])
    .some(({kind}) => kind === ts.SyntaxKind.ExportKeyword));
const interfaces = new Map(exported.filter(ts.isInterfaceDeclaration).map((node) => [node.name.text, node]));
const titled = exported.map((node) => [ts.isVariableStatement(node) ? node.declarationList.declarations[0].name.text : node.name.text, node]);

/** Whose members are methods and values of the API, not options or answers. */
const HELD = ['Loom', 'LoomModel', 'LoomTextModel', 'LoomTraining', 'LoomAnalysis', 'LoomPipeline', 'LoomModelElement'];

const members = {};
const api = [];
let markdown = '';
for (const [name, node] of titled) {
    markdown += `\n## ${name}\n`;
    if (doc(node) !== '') {
        markdown += `${doc(node).replace(/</g, '&lt;')}\n`;
    }
    if (ts.isTypeAliasDeclaration(node)) {
        markdown += `\n\`\`\`ts\n${code(node)}\n\`\`\`\n`;
        continue;
    }
    const extended = (node.heritageClauses ?? []).flatMap(({types}) => types.map(code));
    markdown += extended.length > 0 ? `\nHas what ${extended.map((type) => `\`${type}\``).join(' and ')} has, and\n\n` : '\n';
    const own = ts.isVariableStatement(node) ? membersOf(node) : node.members;
    for (const member of own) {
        const words = doc(member).replace(/</g, '&lt;');
        markdown += `* \`${code(member)}\`${words === '' ? '' : `: ${words}`}\n`;
        if (HELD.includes(name)) {
            api.push({name: `${name}.${nameOf(member)}`, signature: code(member), doc: doc(member)});
        }
    }
    members[name] = [...new Set(membersOf(node).map(nameOf).filter((member) => member !== null))].sort();
}
console.log(JSON.stringify({members, markdown, api}));
