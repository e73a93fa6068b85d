// Node's JSON.parse and a loop.
//
//     node node.js verdict|outcomes|array POLICY_FOLDER < records > verdicts
//
// `verdict` stops at what decides; `array` reads one array of records, and says every outcome.
'use strict';
const fs = require('fs');
const path = require('path');

const [mode, folder] = process.argv.slice(2);
const rows = JSON.parse(fs.readFileSync(path.join(folder, 'policy.json'), 'utf8'));
const grounds = rows.filter((row) => row.side === 'reject').length;

function mark(metrics, row) {
    const metric = metrics[row.metric];
    if (metric === undefined) {
        return 'U';
    }
    // A missing operand makes NaN of the difference.
    const value = row.attribute === 'difference' ? metric.variant - metric.baseline : metric[row.attribute];
    if (value === undefined || value !== value) {
        return 'U';
    }
    return (row.op === '>=' ? value >= row.limit : value > row.limit) ? 'T' : 'F';
}

function verdict(metrics) {
    let open = false;
    for (let i = 0; i < grounds; i++) {
        const found = mark(metrics, rows[i]);
        if (found === 'T') {
            return 'reject';
        }
        open = open || found === 'U';
    }
    for (let i = grounds; i < rows.length && !open; i++) {
        open = mark(metrics, rows[i]) !== 'T';
    }
    return open ? 'iterate' : 'ship';
}

function outcomes(metrics) {
    let marks = '', rejects = false, open = false;
    for (let i = 0; i < rows.length; i++) {
        const found = mark(metrics, rows[i]);
        marks += found;
        rejects = rejects || (i < grounds && found === 'T');
        open = open || (i < grounds ? found === 'U' : found !== 'T');
    }
    return (rejects ? 'reject' : open ? 'iterate' : 'ship') + ' ' + marks;
}

const judge = mode === 'verdict' ? verdict : outcomes;

function judgeLines(text) {
    const said = text.split('\n').map((line) => judge(JSON.parse(line).metrics));
    fs.writeSync(1, said.join('\n') + '\n');
}

if (mode === 'array') {
    fs.writeSync(1, JSON.parse(fs.readFileSync(0, 'utf8')).map((record) => judge(record.metrics)).join('\n') + '\n');
} else {
    const block = Buffer.alloc(1 << 20);
    let kept = 0;  // bytes of a line whose end has not come
    for (let got; (got = fs.readSync(0, block, kept, block.length - kept)) > 0;) {
        const end = block.lastIndexOf(10, kept + got - 1);
        if (end >= 0) {
            judgeLines(block.toString('utf8', 0, end));
        }
        kept = block.copy(block, 0, end + 1, kept + got);
    }
    if (kept > 0) {
        judgeLines(block.toString('utf8', 0, kept));
    }
}
