# Flattens YAML (and so JSON) to lines "path TAB value". Parts of a path are joined by the unit separator, list positions
# count from 0. In values a newline is written \n, a tab \t and a backslash \\.
#
# Covered: block mappings and sequences (also "- key: value" and sequences not indented below their key), plain, 'single'
# and "double" scalars, | and > blocks with their indicators, flow [..] and {..} over several lines, comments.
# Not covered: anchors, tags, several documents, plain scalars over several lines, "? " keys.
#
# `line` holds the document, `at` the current line. Functions list their local variables after extra spaces.

{ sub(/\r$/, "") }
/^---/ || /^%/ { next }
/^\.\.\.$/ { exit }
{ line[++lines] = $0 }
END {
  at = 1
  skip_blank()
  if (at <= lines) node("", indent(line[at]))
}

function emit(path, value) {
  gsub(/\\/, "\\\\", value)
  gsub(/\n/, "\\n", value)
  gsub(/\t/, "\\t", value)
  print path "\t" value
}
function child(path, key) { return path == "" ? key : path "\037" key }
function trim(text) { sub(/^[ \t]+/, "", text); sub(/[ \t]+$/, "", text); return text }
function indent(text) { match(text, /^ */); return RLENGTH }
function is_item(text) { return text ~ /^-([ \t]|$)/ }
function is_comment(text) { return text == "" || text ~ /^#/ }
function skip_blank() { while (at <= lines && line[at] ~ /^[ \t]*(#.*)?$/) at++ }

# The node whose lines start at `column`.
function node(path, column,   text) {
  skip_blank()
  if (at > lines) return
  text = substr(line[at], column + 1)
  if (is_item(text)) sequence(path, column)
  else if (split_key(text)) mapping(path, column)
  else { at++; scalar(path, text, column - 1) }
}

function sequence(path, column,   position, text, rest, inner) {
  emit(path, "")
  for (position = 0; ; position++) {
    skip_blank()
    if (at > lines || indent(line[at]) != column) return
    text = substr(line[at], column + 1)
    if (!is_item(text)) return
    rest = text
    sub(/^-[ \t]*/, "", rest)
    if (is_comment(rest)) { at++; nested(child(path, position), column, 0) }
    else if (is_item(rest) || split_key(rest)) {
      # "- key: value": the rest of the line is the first line of a node that starts where it stands
      inner = column + length(text) - length(rest)
      line[at] = sprintf("%" inner "s", "") rest
      node(child(path, position), inner)
    } else { at++; scalar(child(path, position), rest, column) }
  }
}

function mapping(path, column,   text, name, rest) {
  emit(path, "")
  for (;;) {
    skip_blank()
    if (at > lines || indent(line[at]) != column) return
    text = substr(line[at], column + 1)
    if (is_item(text) || !split_key(text)) return
    name = key_name
    rest = key_rest
    at++
    if (is_comment(rest)) nested(child(path, name), column, 1)
    else scalar(child(path, name), rest, column)
  }
}

# The value on the lines after a key or a dash; the items of a mapping's sequence may stand at the key's own column.
function nested(path, column, in_mapping) {
  skip_blank()
  if (at <= lines && indent(line[at]) > column) node(path, indent(line[at]))
  else if (in_mapping && at <= lines && indent(line[at]) == column && is_item(substr(line[at], column + 1))) sequence(path, column)
  else emit(path, "")
}

# Whether `text` begins with "key:"; leaves the key in key_name and what follows in key_rest.
function split_key(text,   first) {
  first = substr(text, 1, 1)
  if (first == "\"" || first == "'") {
    flow = text
    pos = 1
    key_name = quoted(first)
    key_rest = substr(flow, pos)
    return sub(/^[ \t]*:([ \t]+|$)/, "", key_rest)
  }
  if (index("[{|>#", first) || !match(text, /:([ \t]|$)/)) return 0
  key_name = trim(substr(text, 1, RSTART - 1))
  key_rest = trim(substr(text, RSTART + 1))
  return 1
}

# A value that begins on the line of its key, which stands at column `base`.
function scalar(path, text, base,   first) {
  text = trim(text)
  first = substr(text, 1, 1)
  if (text ~ /^[|>][-+0-9]*[ \t]*(#.*)?$/) literal(path, text, base)
  else if (first != "" && index("[{\"'", first)) {
    flow = text
    while (open_brackets(flow) > 0 && at <= lines) flow = flow "\n" line[at++]
    pos = 1
    flow_node(path)
  } else {
    sub(/[ \t]+#.*$/, "", text)
    if (text ~ /^#/ || text == "~" || text == "null") text = ""
    emit(path, text)
  }
}

# A | or > block. Its indentation is that of its first line, or given by a digit in the header.
function literal(path, header, base,   folded, column, text, blanks, result, started, deep, was_deep) {
  folded = substr(header, 1, 1) == ">"
  column = match(header, /[0-9]/) ? (base < 0 ? 0 : base) + substr(header, RSTART, 1) : -1
  for (; at <= lines; at++) {
    if (line[at] ~ /^[ \t]*$/ && (column < 0 || length(line[at]) <= column)) { blanks++; continue }
    if (column < 0) { if (indent(line[at]) <= base) break; column = indent(line[at]) }
    if (indent(line[at]) < column) break
    text = substr(line[at], column + 1)
    deep = text ~ /^[ \t]/ # deeper lines keep their breaks even when folded
    if (started) {
      if (!folded || deep || was_deep) result = result "\n" repeat("\n", blanks)
      else result = result (blanks ? repeat("\n", blanks) : " ")
    } else result = repeat("\n", blanks)
    result = result text
    started = 1
    was_deep = deep
    blanks = 0
  }
  if (started && header !~ /-/) result = result "\n"
  if (header ~ /\+/) result = result repeat("\n", blanks)
  emit(path, result)
}
function repeat(text, times,   result) { while (times-- > 0) result = result text; return result }

# Brackets of `text` that are still open, outside of quotes.
function open_brackets(text,   i, c, open, quote) {
  for (i = 1; i <= length(text); i++) {
    c = substr(text, i, 1)
    if (quote != "") { if (c == "\\" && quote == "\"") i++; else if (c == quote) quote = "" }
    else if (c == "\"" || c == "'") quote = c
    else if (index("[{", c)) open++
    else if (index("]}", c)) open--
  }
  return open
}

# Flow values: `flow` is the text, `pos` the next character.
function peek() { while (substr(flow, pos, 1) ~ /[ \t\n]/) pos++; return substr(flow, pos, 1) }
function flow_node(path,   c, name, position, start) {
  c = peek()
  if (c == "[" || c == "{") {
    emit(path, "")
    pos++
    while ((start = peek()) != "" && start !~ /[]}]/) {
      if (start == ",") { pos++; continue }
      if (c == "[") { flow_node(child(path, position++ + 0)); continue }
      name = start == "\"" || start == "'" ? quoted(start) : plain("[:,}]")
      if (peek() == ":") { pos++; flow_node(child(path, name)) }
      else emit(child(path, name), "")
    }
    pos++
  } else emit(path, c == "\"" || c == "'" ? quoted(c) : plain("[],}\n]"))
}
function plain(stop,   start) {
  start = pos
  while (pos <= length(flow) && substr(flow, pos, 1) !~ stop) pos++
  return trim(substr(flow, start, pos - start))
}
function quoted(quote,   result, run, e) {
  for (pos++; pos <= length(flow); ) {
    # everything up to the next quote or escape in one go: long texts arrive here too
    run = match(substr(flow, pos), quote == "\"" ? "[\"\\\\]" : "'") ? RSTART - 1 : length(flow)
    result = result substr(flow, pos, run)
    pos += run
    e = substr(flow, pos + 1, 1)
    if (substr(flow, pos, 1) == quote) {
      if (quote == "\"" || e != quote) { pos++; return result }
      result = result quote
    } else if (e == "n") result = result "\n"
    else if (e == "t") result = result "\t"
    else if (e == "r") result = result "\r"
    else if (e == "e") result = result "\033"
    else if (e == "x") { result = result utf8(substr(flow, pos + 2, 2)); pos += 2 }
    else if (e == "u") { result = result utf8(substr(flow, pos + 2, 4)); pos += 4 }
    else result = result e
    pos += 2
  }
  return result
}
function utf8(hex,   i, code) {
  for (i = 1; i <= length(hex); i++) code = code * 16 + index("0123456789abcdef", tolower(substr(hex, i, 1))) - 1
  if (code < 128) return sprintf("%c", code)
  if (code < 2048) return sprintf("%c%c", 192 + int(code / 64), 128 + code % 64)
  return sprintf("%c%c%c", 224 + int(code / 4096), 128 + int(code / 64) % 64, 128 + code % 64)
}
