/* The tags of a document's bytes, shared by the builder that plugins use and the host that reads.
 *
 * Picture:  "EVHD" version(1 byte), then fields until the end.
 *           field  = tag(varint) length(varint) value(length bytes)
 *           varint = little-endian base 128, shortest form, at most 10 bytes
 * A group's value is again fields. Tags inside a group never descend. Signed numbers are zigzag varints. Texts are UTF-8 without NUL.
 * docs/formats/document.md explains every field. Numbers are never reused.
 */
#ifndef EVENHAND_DOCUMENT_TAGS_H
#define EVENHAND_DOCUMENT_TAGS_H

#define EVENHAND_DOCUMENT_MAGIC "EVHD"
#define EVENHAND_DOCUMENT_VERSION 1u

enum evenhand_document_tag {
  /* the document: these first, in this order */
  EVENHAND_TAG_TITLE = 1,     /* text, required */
  EVENHAND_TAG_SUBTITLE = 2,  /* text */
  EVENHAND_TAG_LANGUAGE = 3,  /* text: en-GB when absent */
  EVENHAND_TAG_DATE = 4,      /* text: YYYY-MM-DD, the date that the content stands for */
  EVENHAND_TAG_STATUS = 5,    /* group: KIND (status), TEXT; may repeat */

  /* blocks, in reading order */
  EVENHAND_TAG_HEADING = 16,       /* group: LEVEL, TEXT */
  EVENHAND_TAG_PARAGRAPH = 17,     /* group: RUN... */
  EVENHAND_TAG_MARKDOWN = 18,      /* text written by a person; the host reads the Markdown */
  EVENHAND_TAG_LIST = 19,          /* group: ITEM... */
  EVENHAND_TAG_TABLE = 20,         /* group: CAPTION, NOTE, ROW_HEADER, COLUMN..., ROW... */
  EVENHAND_TAG_FACTS = 21,         /* group: CAPTION, FACT... */
  EVENHAND_TAG_BANNER = 22,        /* group: KIND (banner), TEXT */
  EVENHAND_TAG_CHART = 23,         /* group: KIND (chart), CAPTION, MAXIMUM, ALTERNATIVE, LABEL..., SERIES... */
  EVENHAND_TAG_PAGE_BREAK = 24,    /* empty */
  EVENHAND_TAG_SECTION_START = 25, /* text: the landmark's name */
  EVENHAND_TAG_SECTION_END = 26,   /* empty */

  /* inside groups */
  EVENHAND_TAG_KIND = 32,        /* varint */
  EVENHAND_TAG_LEVEL = 33,       /* varint */
  EVENHAND_TAG_TEXT = 34,        /* text */
  EVENHAND_TAG_RUN = 35,         /* group: TEXT, STYLE, LINK */
  EVENHAND_TAG_STYLE = 36,       /* varint: evenhand_document_style bits; absent = plain */
  EVENHAND_TAG_LINK = 37,        /* text: http, https or mailto address */
  EVENHAND_TAG_ITEM = 38,        /* group: KIND (list), LEVEL, RUN... */
  EVENHAND_TAG_CAPTION = 39,     /* text, required */
  EVENHAND_TAG_NOTE = 40,        /* text */
  EVENHAND_TAG_ROW_HEADER = 41,  /* empty: the first cell of each row names the row */
  EVENHAND_TAG_COLUMN = 42,      /* group: KIND (column), TEXT */
  EVENHAND_TAG_ROW = 43,         /* group: CELL... */
  EVENHAND_TAG_CELL = 44,        /* group: KIND (cell), then what the kind needs */
  EVENHAND_TAG_VALUE = 45,       /* zigzag varint */
  EVENHAND_TAG_DECIMALS = 46,    /* varint 0..6: value and maximum are divided by 10^decimals */
  EVENHAND_TAG_MAXIMUM = 47,     /* zigzag varint */
  EVENHAND_TAG_FACT = 48,        /* group: TEXT, CELL */
  EVENHAND_TAG_ALTERNATIVE = 49, /* text, required */
  EVENHAND_TAG_LABEL = 50,       /* text */
  EVENHAND_TAG_SERIES = 51       /* group: TEXT, CELL... one cell a label */
};

enum evenhand_document_style { EVENHAND_STYLE_BOLD = 1, EVENHAND_STYLE_ITALIC = 2 };
enum evenhand_document_status {
  EVENHAND_STATUS_DRAFT = 0,
  EVENHAND_STATUS_DEMONSTRATION = 1,
  EVENHAND_STATUS_OTHER = 2
};
enum evenhand_document_list { EVENHAND_LIST_BULLETS = 0, EVENHAND_LIST_NUMBERS = 1 };
enum evenhand_document_column { EVENHAND_COLUMN_TEXT = 0, EVENHAND_COLUMN_NUMBER = 1, EVENHAND_COLUMN_CODE = 2 };
enum evenhand_document_cell {
  EVENHAND_CELL_TEXT = 0,   /* TEXT, LINK when it leads somewhere */
  EVENHAND_CELL_NUMBER = 1, /* VALUE, DECIMALS when not 0, MAXIMUM when there is one */
  EVENHAND_CELL_MASKED = 2, /* TEXT: why it is hidden, when the usual words do not fit */
  EVENHAND_CELL_MISSING = 3 /* TEXT: what is owed; may be absent */
};
enum evenhand_document_banner {
  EVENHAND_BANNER_NOTE = 0,
  EVENHAND_BANNER_DRAFT = 1,
  EVENHAND_BANNER_DEMONSTRATION = 2,
  EVENHAND_BANNER_ASSUMPTION = 3,
  EVENHAND_BANNER_GAP = 4
};
enum evenhand_document_chart { EVENHAND_CHART_BAR = 0, EVENHAND_CHART_LINE = 1 };

#endif
