// Node's JSON.parse and a loop.
//
//     node node.js verdict|outcomes POLICY_FOLDER < records > verdicts
'use strict';
const fs = require('fs');
const path = require('path');

const [mode, folder] = process.argv.slice(2);
const rows = JSON.parse(fs.readFileSync(path.join(folder, 'policy.json'), 'utf8'));
const grounds = rows.filter((row) => row.side === 'reject').length;

function judge(metrics) {
    let marks = '', rejects = false, opens = false, ships = true;
    for (let i = 0; i < rows.length; i++) {
        const row = rows[i];
        const metric = metrics[row.metric];
        const value = metric === undefined ? undefined : metric[row.attribute];
        const mark = value === undefined ? 'U' : (row.op === '>=' ? value >= row.limit : value > row.limit) ? 'T' : 'F';
        marks += mark;
        if (i < grounds) {
            rejects = rejects || mark === 'T';
            opens = opens || mark === 'U';
        } else {
            ships = ships && mark === 'T';
        }
    }
    const verdict = rejects ? 'reject' : !opens && ships ? 'ship' : 'iterate';
    return mode === 'verdict' ? verdict : verdict + ' ' + marks;
}

let rest = Buffer.alloc(0);
process.stdin.on('data', (chunk) => {
    const data = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const last = data.lastIndexOf(10);
    if (last < 0) {
        rest = data;
        return;
    }
    rest = data.subarray(last + 1);
    const lines = [];
    for (const line of data.toString('utf8', 0, last).split('\n')) {
        lines.push(judge(JSON.parse(line).metrics));
    }
    process.stdout.write(lines.join('\n') + '\n');
});
