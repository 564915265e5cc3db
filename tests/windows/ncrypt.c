/* A stand-in for ncrypt.dll in Wine, which knows no ECDSA there. It keeps keys in memory and lets Wine's bcrypt compute. What it cannot do
   (P-521, PKCS#8 without the public half, encrypted PKCS#8, stored keys) is refused, and the tests of that are on the list of expected failures.
   Built by run.sh; nothing of it is in the product. */
#define WIN32_LEAN_AND_MEAN /* without the declarations of what is defined here */
#include <windows.h>
#include <bcrypt.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

typedef ULONG_PTR NCRYPT;
enum {
  STATUS_OK = 0, BAD_SIGNATURE = (LONG)0x80090006, BAD_DATA = (LONG)0x80090005, BAD_KEY = (LONG)0x80090003, NOT_FOUND = (LONG)0x80090011,
  NO_KEYSET = (LONG)0x80090016, INVALID_HANDLE = (LONG)0x80090026, INVALID_PARAMETER = (LONG)0x80090027, TOO_SMALL = (LONG)0x80090028,
  NOT_SUPPORTED = (LONG)0x80090029, NO_MORE = (LONG)0x8009002A, PROVIDER = 0x70726f76, KEY = 0x6b657920
};

struct property { WCHAR name[64]; DWORD length; BYTE *value; struct property *next; };
struct key {
  DWORD kind;
  const WCHAR *algorithm, *group, *curve;
  DWORD bits, policy, usage;
  BOOL is_private;
  BCRYPT_ALG_HANDLE provider;
  BCRYPT_KEY_HANDLE handle;
  struct property *properties;
};
struct algorithm { const WCHAR *name, *group, *curve; DWORD bits, magic; const BYTE *oid; DWORD oid_length; };

static const BYTE ec_public_key[] = { 6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1 };
static const BYTE p256[] = { 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7 }, p384[] = { 6, 5, 0x2b, 0x81, 4, 0, 0x22 };
static const struct algorithm algorithms[] = {
  { L"ECDSA_P256", L"ECDSA", L"nistP256", 256, BCRYPT_ECDSA_PUBLIC_P256_MAGIC, p256, sizeof p256 },
  { L"ECDSA_P384", L"ECDSA", L"nistP384", 384, BCRYPT_ECDSA_PUBLIC_P384_MAGIC, p384, sizeof p384 },
  { L"ECDH_P256", L"ECDH", L"nistP256", 256, BCRYPT_ECDH_PUBLIC_P256_MAGIC, p256, sizeof p256 },
  { L"ECDH_P384", L"ECDH", L"nistP384", 384, BCRYPT_ECDH_PUBLIC_P384_MAGIC, p384, sizeof p384 },
  { L"RSA", L"RSA", NULL, 2048, 0, NULL, 0 },
};
static struct key provider = { PROVIDER };

static LONG translated(NTSTATUS status) {
  switch ((DWORD)status) {
    case 0: return STATUS_OK;
    case 0xC0000023: return TOO_SMALL;
    case 0xC000A000: return BAD_SIGNATURE;
    case 0xC000000D: return INVALID_PARAMETER;
    default: return BAD_DATA;
  }
}

static struct key *key_of(NCRYPT handle) {
  struct key *key = (struct key *)handle;
  return key && key->kind == KEY ? key : NULL;
}

static LONG make(const struct algorithm *algorithm, struct key **made) {
  struct key *key;
  if (!algorithm || !(key = calloc(1, sizeof *key))) return NOT_SUPPORTED;
  key->kind = KEY, key->bits = algorithm->bits, key->usage = 0xffffff;
  key->algorithm = algorithm->name, key->group = algorithm->group, key->curve = algorithm->curve;
  if (BCryptOpenAlgorithmProvider(&key->provider, key->algorithm, NULL, 0)) {
    free(key);
    return NOT_SUPPORTED;
  }
  *made = key;
  return STATUS_OK;
}

static const struct algorithm *by_name(const WCHAR *name) {
  for (size_t index = 0; index < sizeof algorithms / sizeof *algorithms; index++)
    if (!wcscmp(algorithms[index].name, name)) return &algorithms[index];
  return NULL;
}

static const struct algorithm *by_blob(const WCHAR *type, const BYTE *blob, DWORD length) {
  DWORD magic;
  if (!wcsncmp(type, L"RSA", 3)) return by_name(L"RSA");
  if (length < 8) return NULL;
  memcpy(&magic, blob, sizeof magic);
  for (size_t index = 0; index < sizeof algorithms / sizeof *algorithms; index++)
    if (algorithms[index].magic && (magic == algorithms[index].magic || magic == algorithms[index].magic + 0x1000000)) return &algorithms[index];
  return NULL;
}

static LONG import(const struct algorithm *algorithm, const WCHAR *type, const BYTE *blob, DWORD length, BOOL is_private, struct key **made) {
  struct key *key;
  LONG result = make(algorithm, &key);
  if (result) return result;
  result = translated(BCryptImportKeyPair(key->provider, NULL, type, &key->handle, (BYTE *)blob, length, 0));
  if (result) {
    free(key);
    return result;
  }
  key->is_private = is_private, key->policy = 3;
  if (!key->curve) memcpy(&key->bits, blob + 4, sizeof key->bits);
  *made = key;
  return STATUS_OK;
}

/* Reads one element of DER: the tag is checked, *content and *end are set, and what follows it is returned; NULL for anything else. */
static const BYTE *element(const BYTE *at, const BYTE *limit, BYTE tag, const BYTE **content, const BYTE **end) {
  DWORD length;
  if (!at || limit - at < 2 || *at++ != tag) return NULL;
  if ((length = *at++) & 0x80) {
    int octets = length & 0x7f;
    if (octets > 3 || limit - at < octets) return NULL;
    for (length = 0; octets--;) length = length << 8 | *at++;
  }
  if (length > (DWORD)(limit - at)) return NULL;
  *content = at, *end = at + length;
  return at + length;
}

/* PrivateKeyInfo with an ECPrivateKey that has its public half: nothing here can compute one. */
static LONG import_pkcs8(const BYTE *der, DWORD length, struct key **made) {
  const BYTE *info, *info_end, *part, *part_end, *at, *names, *names_end, *curve, *secret, *secret_end;
  const struct algorithm *algorithm = NULL;
  BYTE blob[8 + 3 * 48] = { 0 };
  DWORD size, magic;
  if (!element(der, der + length, 0x30, &info, &info_end)) return BAD_DATA;
  at = element(info, info_end, 2, &part, &part_end);
  at = element(at, info_end, 0x30, &names, &names_end);
  if (!at || !(curve = element(names, names_end, 6, &part, &part_end))) return BAD_DATA;
  if (curve - names != sizeof ec_public_key || memcmp(names, ec_public_key, sizeof ec_public_key)) return NOT_SUPPORTED;
  for (int index = 0; index < 2; index++)
    if ((DWORD)(names_end - curve) == algorithms[index].oid_length && !memcmp(curve, algorithms[index].oid, algorithms[index].oid_length))
      algorithm = &algorithms[index];
  if (!algorithm) return NOT_SUPPORTED;
  size = algorithm->bits / 8;
  if (!element(at, info_end, 4, &part, &part_end) || !element(part, part_end, 0x30, &info, &info_end)) return BAD_DATA;
  at = element(info, info_end, 2, &part, &part_end);
  at = element(at, info_end, 4, &secret, &secret_end);
  if (!at || (DWORD)(secret_end - secret) > size) return BAD_DATA;
  if (at < info_end && *at == 0xa0) at = element(at, info_end, 0xa0, &part, &part_end);
  if (!element(at, info_end, 0xa1, &part, &part_end) || !element(part, part_end, 3, &names, &names_end)) return BAD_DATA;
  if ((DWORD)(names_end - names) != 2 + 2 * size) return BAD_DATA;
  magic = algorithm->magic + 0x1000000;
  memcpy(blob, &magic, 4), memcpy(blob + 4, &size, 4);
  memcpy(blob + 8, names + 2, 2 * size);
  memcpy(blob + 8 + 2 * size + (size - (secret_end - secret)), secret, secret_end - secret);
  return import(algorithm, L"ECCPRIVATEBLOB", blob, 8 + 3 * size, TRUE, made);
}

static DWORD put(BYTE *to, BYTE tag, const BYTE *content, DWORD length) {
  DWORD at = 0;
  to[at++] = tag;
  if (length > 127) to[at++] = 0x81;
  to[at++] = (BYTE)length;
  memmove(to + at, content, length);
  return at + length;
}

static LONG give(const void *value, DWORD length, BYTE *to, DWORD room, DWORD *needed) {
  *needed = length;
  if (!to) return STATUS_OK;
  if (room < length) return TOO_SMALL;
  memcpy(to, value, length);
  return STATUS_OK;
}

static LONG export_pkcs8(struct key *key, BYTE *to, DWORD room, DWORD *needed) {
  BYTE blob[8 + 3 * 48], one[256], two[256];
  const struct algorithm *algorithm = by_name(key->algorithm);
  DWORD size = key->bits / 8, length, other;
  LONG result = algorithm->oid ? translated(BCryptExportKey(key->handle, NULL, L"ECCPRIVATEBLOB", blob, sizeof blob, &length, 0)) : NOT_SUPPORTED;
  if (result) return result;
  memcpy(one, "\2\1\1", 3);
  length = 3 + put(one + 3, 4, blob + 8 + 2 * size, size);
  two[0] = 0, two[1] = 4, memcpy(two + 2, blob + 8, 2 * size);
  other = put(two, 3, memcpy(two + 128, two, 2 + 2 * size), 2 + 2 * size);
  length += put(one + length, 0xa1, two, other);
  length = put(two, 0x30, one, length);
  length = put(one, 4, two, length);
  memcpy(two, ec_public_key, sizeof ec_public_key), memcpy(two + sizeof ec_public_key, algorithm->oid, algorithm->oid_length);
  other = 3 + put(blob + 3, 0x30, two, sizeof ec_public_key + algorithm->oid_length);
  memcpy(blob, "\2\1\0", 3);
  memcpy(two, blob, other), memcpy(two + other, one, length);
  length = put(one, 0x30, two, other + length);
  return give(one, length, to, room, needed);
}

LONG WINAPI NCryptOpenStorageProvider(NCRYPT *made, LPCWSTR name, DWORD flags) { return *made = (NCRYPT)&provider, STATUS_OK; }
LONG WINAPI NCryptOpenKey(NCRYPT store, NCRYPT *key, LPCWSTR name, DWORD spec, DWORD flags) { return NO_KEYSET; }

LONG WINAPI NCryptCreatePersistedKey(NCRYPT store, NCRYPT *made, LPCWSTR name, LPCWSTR key_name, DWORD spec, DWORD flags) {
  struct key *key;
  LONG result = make(by_name(name), &key);
  if (!result) key->is_private = TRUE, *made = (NCRYPT)key;
  return result;
}

LONG WINAPI NCryptFinalizeKey(NCRYPT handle, DWORD flags) {
  struct key *key = key_of(handle);
  LONG result;
  if (!key) return INVALID_HANDLE;
  result = translated(BCryptGenerateKeyPair(key->provider, &key->handle, key->bits, 0));
  return result ? result : translated(BCryptFinalizeKeyPair(key->handle, 0));
}

LONG WINAPI NCryptImportKey(NCRYPT store, NCRYPT wrapper, LPCWSTR type, void *parameters, NCRYPT *made, BYTE *blob, DWORD length, DWORD flags) {
  struct key *key = NULL;
  BOOL is_private = wcsstr(type, L"PRIVATE") != NULL;
  LONG result = wcscmp(type, L"PKCS8_PRIVATEKEY") ? import(by_blob(type, blob, length), type, blob, length, is_private, &key)
    : parameters ? NOT_SUPPORTED : import_pkcs8(blob, length, &key);
  if (!result) *made = (NCRYPT)key;
  return result;
}

LONG WINAPI NCryptExportKey(NCRYPT handle, NCRYPT wrapper, LPCWSTR type, void *parameters, BYTE *to, DWORD room, DWORD *needed, DWORD flags) {
  struct key *key = key_of(handle);
  if (!key) return INVALID_HANDLE;
  if (wcscmp(type, L"PKCS8_PRIVATEKEY")) return translated(BCryptExportKey(key->handle, NULL, type, to, room, needed, 0));
  return parameters ? NOT_SUPPORTED : export_pkcs8(key, to, room, needed);
}

LONG WINAPI NCryptGetProperty(NCRYPT handle, LPCWSTR name, BYTE *to, DWORD room, DWORD *needed, DWORD flags) {
  struct key *key = (struct key *)handle;
  const WCHAR *text = NULL;
  DWORD zero = 0, length;
  if (!key) return INVALID_HANDLE;
  if (key->kind == PROVIDER) text = wcscmp(name, L"Name") ? NULL : L"Microsoft Software Key Storage Provider";
  else if (key->kind != KEY) return INVALID_HANDLE;
  else if (!wcscmp(name, L"Algorithm Name")) text = key->algorithm;
  else if (!wcscmp(name, L"Algorithm Group")) text = key->group;
  else if (!wcscmp(name, L"ECCCurveName")) text = key->curve;
  if (text) return give(text, (DWORD)(wcslen(text) + 1) * sizeof *text, to, room, needed);
  if (key->kind == PROVIDER) return NOT_SUPPORTED;
  if (!wcscmp(name, L"Length") || !wcscmp(name, L"PublicKeyLength")) return give(&key->bits, sizeof key->bits, to, room, needed);
  if (!wcscmp(name, L"Export Policy")) return give(&key->policy, sizeof key->policy, to, room, needed);
  if (!wcscmp(name, L"Key Usage")) return give(&key->usage, sizeof key->usage, to, room, needed);
  if (!wcscmp(name, L"Key Type")) return give(&zero, sizeof zero, to, room, needed);
  if (!wcscmp(name, L"SignatureLength")) return length = key->curve ? key->bits / 4 : key->bits / 8, give(&length, sizeof length, to, room, needed);
  if (!wcscmp(name, L"Provider Handle")) {
    NCRYPT store = (NCRYPT)&provider;
    return give(&store, sizeof store, to, room, needed);
  }
  for (struct property *property = key->properties; property; property = property->next)
    if (!wcscmp(property->name, name)) return give(property->value, property->length, to, room, needed);
  return NOT_FOUND;
}

LONG WINAPI NCryptSetProperty(NCRYPT handle, LPCWSTR name, BYTE *value, DWORD length, DWORD flags) {
  struct key *key = key_of(handle);
  struct property *property;
  if (!key) return STATUS_OK;
  if (!wcscmp(name, L"Length")) return memcpy(&key->bits, value, 4), STATUS_OK;
  if (!wcscmp(name, L"Export Policy")) return memcpy(&key->policy, value, 4), STATUS_OK;
  if (!wcscmp(name, L"Key Usage")) return memcpy(&key->usage, value, 4), STATUS_OK;
  if (!(property = calloc(1, sizeof *property)) || !(property->value = malloc(length + 1))) return BAD_DATA;
  wcsncpy(property->name, name, 63), memcpy(property->value, value, length);
  property->length = length, property->next = key->properties, key->properties = property;
  return STATUS_OK;
}

/* A digest that is longer than the curve counts with its first bytes (FIPS 186-5, 6.4.1). */
static DWORD digest_length(const struct key *key, DWORD length) { return key->curve && length > key->bits / 8 ? key->bits / 8 : length; }

LONG WINAPI NCryptSignHash(NCRYPT handle, void *padding, BYTE *digest, DWORD length, BYTE *to, DWORD room, DWORD *needed, DWORD flags) {
  struct key *key = key_of(handle);
  if (!key || !key->is_private) return key ? BAD_KEY : INVALID_HANDLE;
  if (key->curve && !to) return *needed = key->bits / 4, STATUS_OK;
  return translated(BCryptSignHash(key->handle, padding, digest, digest_length(key, length), to, room, needed, flags));
}

LONG WINAPI NCryptVerifySignature(NCRYPT handle, void *padding, BYTE *digest, DWORD length, BYTE *signature, DWORD signature_length, DWORD flags) {
  struct key *key = key_of(handle);
  return key ? translated(BCryptVerifySignature(key->handle, padding, digest, digest_length(key, length), signature, signature_length, flags)) : INVALID_HANDLE;
}

/* Keys live as long as the process: a test run is short, and .NET gives a handle out more than once. */
LONG WINAPI NCryptFreeObject(NCRYPT handle) { return STATUS_OK; }
LONG WINAPI NCryptFreeBuffer(void *buffer) { return STATUS_OK; }
LONG WINAPI NCryptDeleteKey(NCRYPT handle, DWORD flags) { return STATUS_OK; }
LONG WINAPI NCryptIsAlgSupported(NCRYPT store, LPCWSTR name, DWORD flags) { return by_name(name) ? STATUS_OK : NOT_SUPPORTED; }
BOOL WINAPI NCryptIsKeyHandle(NCRYPT handle) { return key_of(handle) != NULL; }
LONG WINAPI NCryptEnumAlgorithms(NCRYPT store, DWORD kinds, DWORD *count, void **list, DWORD flags) { return NOT_SUPPORTED; }
LONG WINAPI NCryptEnumKeys(NCRYPT store, LPCWSTR scope, void **key, void **state, DWORD flags) { return NO_MORE; }
LONG WINAPI NCryptEncrypt(NCRYPT h, BYTE *in, DWORD n, void *p, BYTE *out, DWORD room, DWORD *needed, DWORD flags) { return NOT_SUPPORTED; }
LONG WINAPI NCryptDecrypt(NCRYPT h, BYTE *in, DWORD n, void *p, BYTE *out, DWORD room, DWORD *needed, DWORD flags) { return NOT_SUPPORTED; }
LONG WINAPI NCryptSecretAgreement(NCRYPT own, NCRYPT other, NCRYPT *made, DWORD flags) { return NOT_SUPPORTED; }
LONG WINAPI NCryptDeriveKey(NCRYPT h, LPCWSTR f, void *p, BYTE *out, DWORD room, DWORD *needed, ULONG flags) { return NOT_SUPPORTED; }
