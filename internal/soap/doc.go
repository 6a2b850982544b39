// Package soap is a SOAP engine that behaves on the wire as ASP.NET's .asmx services do: SOAP 1.1 and 1.2 on one
// address, document/literal, tolerant in what it reads and exact in what it writes. It knows nothing of accounts,
// storage or any one vendor; what a vendor's service does otherwise is an option of the service or of an operation.
//
// A service is declared as a list of operations (Define, Open) over plain Go structs. NewService inspects those
// structs once and compiles a plan for each; decoding, encoding, the WSDL, the help pages and the form binding all
// follow that plan.
//
// Start reading at Service.ServeHTTP (service.go), then exchange.go, which takes one SOAP request from its bytes to
// its answer. schema.go says what is known of a Go type, reader.go reads XML, decode.go and encode.go move values.
// Numbers such as in comments name rows of the rules in docs/reference/rules.md.
package soap
