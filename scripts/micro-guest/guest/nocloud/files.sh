# write_files, before sshd starts: whoever can log in sees them complete.
position=0
while path=$(get $user write_files $position path) && [ -n "$path" ]; do
  mkdir -p "${path%/*}/"
  # Contents are streamed: a command substitution would drop trailing newlines.
  case $(get $user write_files $position encoding) in
  b64 | base64) get $user write_files $position content | base64 -d ;;
  gz+b64 | gzip+b64 | gz+base64 | gzip+base64) get $user write_files $position content | base64 -d | gunzip ;;
  *) get $user write_files $position content ;;
  esac >$run/content
  if is_true "$(get $user write_files $position append)"; then cat $run/content >>"$path"; else cat $run/content >"$path"; fi
  rm $run/content
  mode=$(get $user write_files $position permissions)
  chmod "${mode:-0644}" "$path"
  owner=$(get $user write_files $position owner)
  [ -z "$owner" ] || chown "$owner" "$path"
  position=$((position + 1))
done
