#!/bin/sh
# Reads a WSDL, from a file or an address, with gSOAP's wsdl2h, and looks for the operations named after it:
# wsdl.sh WSDL OPERATION...
set -eu
wsdl=$1
shift
made=$(mktemp -d)
trap 'rm -rf "$made"' EXIT

if ! wsdl2h -o "$made/service.h" "$wsdl" >"$made/log" 2>&1; then
	cat "$made/log"
	echo "FAIL wsdl2h refuses the WSDL"
	exit 1
fi
for operation; do
	# wsdl2h spells an underscore in a name otherwise, so the SOAP action is looked for.
	if ! grep -q "method-input-action:.*/$operation\$" "$made/service.h"; then
		echo "FAIL the header made from the WSDL has no method for $operation"
		exit 1
	fi
	echo "ok   the WSDL has $operation"
done
