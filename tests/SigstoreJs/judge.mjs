// Sigstore's own JavaScript client on the other side of a claim.
//   node judge.mjs accept CLAIM KEY.pub                  verifies a claim by a key and prints its statement
//   node judge.mjs accept CLAIM ROOT.json SUBJECT ISSUER verifies a claim by an identity and prints its statement
//   node judge.mjs sign STATEMENT KEY.key                signs a statement and prints the bundle as a line
// The statement is checked by the rules of in-toto's specification (v1/statement.md, v1/resource_descriptor.md), because the client leaves it to its callers.
import { createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { bundleFromJSON, bundleToJSON } from '@sigstore/bundle';
import { TrustedRoot } from '@sigstore/protobuf-specs';
import { DSSEBundleBuilder } from '@sigstore/sign';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';

const type = 'application/vnd.in-toto+json';
const [, , command, file, ...trust] = process.argv;
const text = name => readFileSync(name, 'utf8');

function require(condition, message) {
    if (!condition) {
        throw new Error(`in-toto: ${message}`);
    }
}

function requireStatement(statement) {
    require(statement._type === 'https://in-toto.io/Statement/v1', '_type');
    require(typeof statement.predicateType === 'string' && URL.canParse(statement.predicateType), 'predicateType is not a URI');
    require(statement.predicate === undefined || (typeof statement.predicate === 'object' && !Array.isArray(statement.predicate)), 'predicate is not an object');
    require(Array.isArray(statement.subject) && statement.subject.length > 0, 'subject is not a list');
    for (const { name, uri, digest, ...others } of statement.subject) {
        require(Object.entries(digest ?? {}).length > 0, 'a subject without a digest');
        require(Object.values(digest).every(value => typeof value === 'string' && value.length > 0), 'a digest is not a text');
        require(digest.sha256 === undefined || /^[0-9a-f]{64}$/.test(digest.sha256), 'sha256');
        require(name === undefined || typeof name === 'string', 'name');
        require(uri === undefined || typeof uri === 'string', 'uri');
        require(Object.keys(others).every(key => ['content', 'downloadLocation', 'mediaType', 'annotations'].includes(key)), 'a member that no descriptor has');
    }
}

function accept([authority, subject, issuer]) {
    const bundle = bundleFromJSON(JSON.parse(text(file)));
    require(bundle.content.$case === 'dsseEnvelope' && bundle.content.dsseEnvelope.payloadType === type, 'payloadType');
    if (subject) {
        const verifier = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(JSON.parse(text(authority)))));
        verifier.verify(toSignedEntity(bundle), { subjectAlternativeName: new RegExp(`^${subject.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`), extensions: { issuer } });
    } else {
        const nothing = { certificateAuthorities: [], timestampAuthorities: [], tlogs: [], ctlogs: [] };
        const key = { publicKey: createPublicKey(text(authority)), validFor: () => true };
        new Verifier(toTrustMaterial(nothing, () => key), { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 }).verify(toSignedEntity(bundle));
    }

    const statement = JSON.parse(bundle.content.dsseEnvelope.payload.toString('utf8'));
    requireStatement(statement);
    console.log(JSON.stringify(statement));
}

async function make([key]) {
    const signer = { sign: async data => ({ key: { $case: 'publicKey', publicKey: '', hint: '' }, signature: sign('sha256', data, createPrivateKey(text(key))) }) };
    const bundle = await new DSSEBundleBuilder({ signer, witnesses: [] }).create({ data: readFileSync(file), type });
    console.log(JSON.stringify(bundleToJSON(bundle)));
}

await (command === 'sign' ? make : accept)(trust);
