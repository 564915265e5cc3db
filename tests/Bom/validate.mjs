// Judges a bill of materials: node validate.mjs 1.6|1.7|spdx FILE. CycloneDX by the schemas that come with its own library; SPDX by spdx-3.0.1-ai.schema.json, which is
// this project's, because no package brings SPDX's.
import { readFileSync } from 'node:fs';
import { Validation, Spec } from '@cyclonedx/cyclonedx-library';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const [, , kind, file] = process.argv;
const text = readFileSync(file, 'utf8');
let errors = null;
if (kind === 'spdx') {
    const ajv = new (Ajv2020.default ?? Ajv2020)({ allErrors: true, strictTypes: false });
    (addFormats.default ?? addFormats)(ajv);
    const check = ajv.compile(JSON.parse(readFileSync(new URL('spdx-3.0.1-ai.schema.json', import.meta.url), 'utf8')));
    const bom = JSON.parse(text);
    errors = check(bom) ? null : check.errors;

    // What a schema cannot say: every name that is used is one that is defined, once.
    const defined = bom['@graph'].map(element => element.spdxId ?? element['@id']);
    const used = bom['@graph'].flatMap(element => [element.from, element.to, element.rootElement, element.element, element.createdBy, element.creationInfo, element.suppliedBy].flat()).filter(Boolean);
    const unknown = used.filter(name => !defined.includes(name));
    if (new Set(defined).size !== defined.length || unknown.length > 0) {
        errors = [...errors ?? [], { unknown, message: 'names are not defined once' }];
    }
} else {
    errors = await new Validation.JsonStrictValidator(kind === '1.7' ? Spec.Version.v1dot7 : Spec.Version.v1dot6).validate(text);
}

if (errors) {
    console.log(JSON.stringify(errors, null, 1));
    process.exit(1);
}
