# Configuration is read from flat files of lines "path TAB value" (see yaml.awk); the parts of a path are joined by $US.
US=$(printf '\037') TAB=$(printf '\t')
meta=$run/meta user=$run/user net=$run/net

say() {
  echo "nocloud: $*" >/dev/ttyS0
  echo "$*" >&2
}

# get FILE PART...: prints the value at a path, nothing when there is none.
get() {
  get_file=$1 get_path=$2
  shift 2
  for part; do get_path=$get_path$US$part; done
  while IFS=$TAB read -r get_key get_value; do
    [ "$get_key" = "$get_path" ] && printf "%b" "$get_value" && return
  done <"$get_file"
}

is_true() { case $1 in true | True | TRUE | yes | Yes | on | On | 1) return 0 ;; *) return 1 ;; esac }

load() { for module in $(cat "/modules/$1.list"); do insmod "/modules/$module.ko" 2>/dev/null; done; }
