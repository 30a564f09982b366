/* The tags of rows: what the host gives a plugin, and what a plugin gives back when it is no document.
 *
 * Picture:  "EVHI" version(1 byte), then fields until the end.
 *           field  = tag(varint) length(varint) value(length bytes)
 *           varint = little-endian base 128, shortest form, at most 10 bytes
 * A group's value is again fields. Signed numbers are zigzag varints. Texts are UTF-8 without NUL.
 * docs/formats/plugin-input.md explains every field. Numbers are never reused; a reader skips what it does not know.
 */
#ifndef EVENHAND_INPUT_TAGS_H
#define EVENHAND_INPUT_TAGS_H

#define EVENHAND_INPUT_MAGIC "EVHI"
#define EVENHAND_INPUT_VERSION 1u

enum evenhand_input_tag {
  EVENHAND_INPUT_ASKED = 1,  /* text: id of the contribution asked for; absent in an answer */
  EVENHAND_INPUT_OPTION = 2, /* group: NAME, TEXT */
  EVENHAND_INPUT_ROW = 3,    /* group: TYPE, ID, FIELD... */

  /* inside groups */
  EVENHAND_INPUT_TYPE = 16,        /* text: record type, or the name of a computed row */
  EVENHAND_INPUT_ID = 17,          /* text: 32 hexadecimal digits; a computed row has none */
  EVENHAND_INPUT_FIELD = 18,       /* group: NAME, STATE, TEXT..., NUMBER, DECIMALS, ALTERNATIVE... */
  EVENHAND_INPUT_NAME = 19,        /* text */
  EVENHAND_INPUT_STATE = 20,       /* varint: evenhand_input_state bits; absent = 0 */
  EVENHAND_INPUT_TEXT = 21,        /* text: as people read it; sets repeat it; references as hexadecimal */
  EVENHAND_INPUT_NUMBER = 22,      /* zigzag varint: whole numbers, decimals, flags (0, 1), grades in half points */
  EVENHAND_INPUT_DECIMALS = 23,    /* varint 0..6: NUMBER is divided by 10^decimals */
  EVENHAND_INPUT_ALTERNATIVE = 24  /* text: one of several values that nobody has decided between */
};

enum evenhand_input_state {
  EVENHAND_INPUT_CONFLICTED = 1, /* several values stand; TEXT is absent unless a rule picks one */
  EVENHAND_INPUT_MASKED = 2,     /* a small number, hidden by the policy; no value follows */
  EVENHAND_INPUT_ROUNDED = 4     /* a number of people, rounded by the policy */
};

#endif
