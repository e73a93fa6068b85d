// What an editor makes of the schemas: the YAML language server is started as an editor would, and asked. TAP.
// usage: node editor.js SERVER POLICY-SCHEMA TEST-SCHEMA POLICY-OR-TEST...
const { spawn } = require('child_process');
const fs = require('fs');
const path = require('path');

const [server, policySchema, testSchema, ...files] = process.argv.slice(2);
const uriOf = file => 'file://' + path.resolve(file);
const schemas = { [uriOf(policySchema)]: '*.assize.yaml', [uriOf(testSchema)]: '*.assize-test.yaml' };
const settings = { schemas, validate: true, completion: true, hover: true };
const child = spawn('node', [server, '--stdio']);
const waiting = {};
const diagnostics = {};
let input = Buffer.alloc(0);
let requests = 0;
let tests = 0;
let failures = 0;

function report(passed, name, detail) {
    failures += !passed;
    console.log(`${passed ? 'ok' : 'not ok'} ${++tests} - ${name}`);
    if (!passed) console.log('#   ' + JSON.stringify(detail));
}

function send(message) {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    child.stdin.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
}

function request(method, params) {
    return new Promise(resolve => {
        waiting[++requests] = resolve;
        send({ id: requests, method, params });
    });
}

function receive(message) {
    if (message.method === 'textDocument/publishDiagnostics') {
        diagnostics[message.params.uri] = message.params.diagnostics.map(found => found.message);
    } else if (message.method === 'workspace/configuration') {
        send({ id: message.id, result: message.params.items.map(item => (item.section === 'yaml' ? settings : {})) });
    } else if (message.method && message.id !== undefined) {
        send({ id: message.id, result: null });
    } else if (waiting[message.id]) {
        waiting[message.id](message.result);
    }
}

child.stdout.on('data', data => {
    input = Buffer.concat([input, data]);
    for (let end; (end = input.indexOf('\r\n\r\n')) >= 0;) {
        const length = Number(/Content-Length: (\d+)/.exec(input.slice(0, end))[1]);
        if (input.length < end + 4 + length) return;
        receive(JSON.parse(input.slice(end + 4, end + 4 + length)));
        input = input.slice(end + 4 + length);
    }
});

const sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

async function open(name, text) {
    const uri = 'file:///policies/' + name;
    send({ method: 'textDocument/didOpen', params: { textDocument: { uri, languageId: 'yaml', version: 1, text } } });
    for (let i = 0; i < 100 && diagnostics[uri] === undefined; i++) await sleep(100);
    return uri;
}

async function completes(name, text, key) {
    const offset = text.indexOf('^');
    const before = text.slice(0, offset).split('\n');
    const uri = await open(name, text.replace('^', ''));
    const position = { line: before.length - 1, character: before[before.length - 1].length };
    const found = await request('textDocument/completion', { textDocument: { uri }, position });
    const labels = found.items.map(item => item.label);
    report(labels.includes(key), `it completes ${key}`, labels);
}

async function main() {
    await request('initialize', { processId: null, rootUri: null, capabilities: { workspace: { configuration: true } } });
    send({ method: 'initialized', params: {} });
    send({ method: 'workspace/didChangeConfiguration', params: { settings: { yaml: settings } } });
    await sleep(500);
    for (const [i, file] of files.entries()) {
        const ending = file.endsWith('test.yaml') ? 'assize-test.yaml' : 'assize.yaml';
        const uri = await open(`${i}.${ending}`, fs.readFileSync(file, 'utf8'));
        report(diagnostics[uri] && diagnostics[uri].length === 0, `${file} is clean`, diagnostics[uri]);
    }
    const slip = await open('slip.assize.yaml', 'assize: 1\nname: x\nmetrics: {acc: {bettr: higher}}\nship: [acc > 0]\n');
    report(String(diagnostics[slip]).includes('bettr'), 'it marks a misspelled key', diagnostics[slip]);
    await completes('metric.assize.yaml', 'assize: 1\nname: x\nmetrics:\n  acc:\n    bet^\nship: [acc > 0]\n', 'better');
    await completes('item.assize.yaml', 'assize: 1\nname: x\nmetrics:\n  acc:\nship:\n  - {rule: acc > 0, be^}\n', 'because');
    const wrong = await open('slip.assize-test.yaml', 'cases:\n  - name: x\n    record: {}\n    verdct: ship\n');
    report(String(diagnostics[wrong]).includes('verdct'), 'it marks a misspelled key of a test', diagnostics[wrong]);
    const nothing = await open('nothing.assize-test.yaml', 'cases:\n  - name: x\n    verdict: ship\n');
    report(diagnostics[nothing] && diagnostics[nothing].length > 0, 'it marks a case without a record', diagnostics[nothing]);
    await completes('case.assize-test.yaml', 'cases:\n  - name: x\n    record: {}\n    verd^\n', 'verdict');
    await completes('reason.assize-test.yaml',
        'cases:\n  - name: x\n    record: {}\n    unknown:\n      - metric: acc\n        reason: too^\n', 'too_few_samples');
    console.log(`1..${tests}`);
    process.exit(failures > 0 ? 1 : 0);
}

setTimeout(() => {
    console.log(`not ok ${tests + 1} - the language server answers in a minute`);
    process.exit(1);
}, 60000).unref();
main();
