/* A PKCS#11 module with empty tokens that writes down what it is asked. Each line of SPEC is one slot or one rule:
     slot ID LABEL      a token without keys
     unreadable ID      a card that the module does not recognise
     fail FUNCTION RV   the function answers this value
     hang FUNCTION      the function waits until somebody has written into RELEASE, a FIFO */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef unsigned long UL;
enum { OK = 0, NOT_SUPPORTED = 0x54, TOKEN_NOT_RECOGNIZED = 0xE1, SLOT_ID_INVALID = 3 };
static struct { UL id; char label[33]; int unreadable; } slots[16];
static int count;

static void note(const char *text) {
  int file = open(LOG, O_WRONLY | O_CREAT | O_APPEND, 0600);
  if (file < 0) return; /* the test is over, and its folder gone */
  if (write(file, text, strlen(text)) < 0 || write(file, "\n", 1) < 0) abort();
  close(file);
}

static UL rule(const char *name) {
  char line[256], verb[32], what[64], value[64];
  FILE *spec = fopen(SPEC, "r");
  UL answer = OK;
  while (spec && fgets(line, sizeof line, spec)) {
    value[0] = 0;
    if (sscanf(line, "%31s %63s %63s", verb, what, value) < 2 || strcmp(what, name)) continue;
    if (!strcmp(verb, "fail")) answer = strtoul(value, 0, 0);
    if (!strcmp(verb, "hang")) {
      char byte;
      int fifo;
      note("hanging");
      fifo = open(RELEASE, O_RDONLY);
      if (fifo < 0) continue;
      if (read(fifo, &byte, 1) < 0) abort();
      close(fifo);
    }
  }
  if (spec) fclose(spec);
  return answer;
}

static void fill(unsigned char *to, int length, const char *text) {
  memset(to, ' ', length);
  memcpy(to, text, strlen(text) < (size_t)length ? strlen(text) : (size_t)length);
}

static int find(UL id) {
  for (int index = 0; index < count; index++) if (slots[index].id == id) return index;
  return -1;
}

static UL Unsupported(void) { return NOT_SUPPORTED; }
static UL Nothing(void) { return OK; }

static UL Initialize(void *arguments) {
  char line[256];
  FILE *spec = fopen(SPEC, "r");
  (void)arguments;
  note("initialize");
  for (count = 0; spec && count < 16 && fgets(line, sizeof line, spec);) {
    if (sscanf(line, "slot %lu %32[^\n]", &slots[count].id, slots[count].label) == 2) slots[count++].unreadable = 0;
    else if (sscanf(line, "unreadable %lu", &slots[count].id) == 1) slots[count++].unreadable = 1;
  }
  if (spec) fclose(spec);
  return rule("initialize");
}

static UL Finalize(void *reserved) { (void)reserved; note("finalize"); return rule("finalize"); }

static UL GetInfo(unsigned char *info) {
  memset(info, 0, 2 + 32 + 6 + sizeof(UL) + 32 + 2 + 6);
  info[0] = 2, info[1] = 40;
  fill(info + 2, 32, "Fake");
  fill(info + 48, 32, "Fake module");
  return OK;
}

static UL GetSlotList(unsigned char present, UL *list, UL *length) {
  (void)present;
  for (int index = 0; list && index < count; index++) list[index] = slots[index].id;
  *length = count;
  return rule("slots");
}

static UL GetSlotInfo(UL id, unsigned char *info) {
  if (find(id) < 0) return SLOT_ID_INVALID;
  memset(info, 0, 64 + 32 + sizeof(UL) + 8);
  fill(info, 64, "Fake slot");
  fill(info + 64, 32, "Fake");
  info[96] = 1;
  return OK;
}

static UL GetTokenInfo(UL id, unsigned char *info) {
  int index = find(id);
  if (index < 0) return SLOT_ID_INVALID;
  if (slots[index].unreadable) return TOKEN_NOT_RECOGNIZED;
  memset(info, 0, 96 + 11 * sizeof(UL) + 4 + 16 + 4);
  fill(info, 32, slots[index].label);
  fill(info + 32, 32, "Fake");
  fill(info + 64, 16, "Fake");
  fill(info + 80, 16, slots[index].label);
  *(UL *)(info + 96) = 0x40D; /* random, login required, PIN initialised, token initialised */
  return rule("token");
}

static UL OpenSession(UL id, UL flags, void *application, void *notify, UL *session) {
  (void)flags, (void)application, (void)notify;
  *session = id;
  note("open");
  return rule("open");
}

static UL CloseSession(UL session) { (void)session; note("close"); return rule("close"); }

static UL Login(UL session, UL user, unsigned char *pin, UL length) {
  char text[64];
  (void)user, (void)pin, (void)length;
  snprintf(text, sizeof text, "login %lu", session);
  note(text);
  return rule("login");
}

static UL FindObjects(UL session, UL *objects, UL most, UL *found) {
  (void)session, (void)objects, (void)most;
  *found = 0;
  return rule("find");
}

static struct { unsigned char version[8]; void *functions[68]; } list = { { 2, 40 }, { 0 } };

UL C_GetFunctionList(void **out) {
  for (int index = 0; index < 68; index++) list.functions[index] = Unsupported;
  list.functions[0] = Initialize;
  list.functions[1] = Finalize;
  list.functions[2] = GetInfo;
  list.functions[3] = C_GetFunctionList;
  list.functions[4] = GetSlotList;
  list.functions[5] = GetSlotInfo;
  list.functions[6] = GetTokenInfo;
  list.functions[12] = OpenSession;
  list.functions[13] = CloseSession;
  list.functions[18] = Login;
  list.functions[26] = Nothing;
  list.functions[27] = FindObjects;
  list.functions[28] = Nothing;
  *out = &list;
  return OK;
}
