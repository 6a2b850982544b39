package soap

// FaultCode says whose fault a fault is. The zero value is Server.
type FaultCode uint8

// The codes of SOAP 1.1. In SOAP 1.2 Client is called Sender and Server is called Receiver.
const (
	Server FaultCode = iota
	Client
	MustUnderstand
	VersionMismatch
)

var faultWords = [...][versions]string{
	Server:          {SOAP11: "Server", SOAP12: "Receiver", Form: "Server"},
	Client:          {SOAP11: "Client", SOAP12: "Sender", Form: "Client"},
	MustUnderstand:  {SOAP11: "MustUnderstand", SOAP12: "MustUnderstand", Form: "MustUnderstand"},
	VersionMismatch: {SOAP11: "VersionMismatch", SOAP12: "VersionMismatch", Form: "VersionMismatch"},
}

// String returns the code's name in SOAP 1.1.
func (c FaultCode) String() string { return faultWords[c][SOAP11] }

// Fault is a SOAP fault as an error value. An operation or Options.Complete that returns one, also wrapped, has it
// sent as it is; any other error becomes a Server fault that does not tell what happened.
type Fault struct {
	Code  FaultCode
	Text  string // faultstring, or the reason's text
	Actor string // faultactor, or Node; left out when empty

	header  bool // about a header block: no detail element
	upgrade bool // names the envelopes this service reads
	cause   error
}

// Error returns the code and the text.
func (f *Fault) Error() string { return f.Code.String() + ": " + f.Text }

// Unwrap returns what led to the fault, nil when nothing did.
func (f *Fault) Unwrap() error { return f.cause }

// arrow joins an outer message of a fault with the inner one.
const arrow = " ---> "

// Fixed texts of the original (rules ).
const (
	textUnableToProcess = "Server was unable to process request."
	textUnableToRead    = "Server was unable to read request."
	textInternal        = "An internal error occurred."
	textNoAction        = "Unable to handle request without a valid action parameter. Please supply a valid soap action."
)

// internalFault is the fault for an error of no known kind: a fixed sentence, because the text of an error may hold
// what is nobody's business.
func internalFault(cause error) *Fault {
	return &Fault{Code: Server, Text: textUnableToProcess + arrow + textInternal, cause: cause}
}

// upgradeHeader lists the envelopes that a service reads, 1.1 first.
const upgradeHeader = `<soap:Header><soap12:Upgrade xmlns:soap12="` + spaceSOAP12 + `">` +
	`<soap12:SupportedEnvelope qname="soap:Envelope" xmlns:soap="` + spaceSOAP11 + `" />` +
	`<soap12:SupportedEnvelope qname="soap12:Envelope" /></soap12:Upgrade></soap:Header>`

// appendFault writes a whole message that is a fault, in the original's order of elements.
func appendFault(b []byte, v Version, f *Fault) []byte {
	b = append(b, envelopeOf(v)...)
	if f.upgrade {
		b = append(b, upgradeHeader...)
	}
	b = append(b, openBody...)
	code := "soap:" + faultWords[f.Code][v]
	if v == SOAP12 {
		b = append(b, "<soap:Fault><soap:Code><soap:Value>"+code+"</soap:Value></soap:Code>"...)
		b = append(b, `<soap:Reason><soap:Text xml:lang="en">`...)
		b = append(appendText(b, f.Text), "</soap:Text></soap:Reason>"...)
		if f.Actor != "" {
			b = append(appendText(append(b, "<soap:Node>"...), f.Actor), "</soap:Node>"...)
		}
		if !f.header {
			b = append(b, "<soap:Detail />"...)
		}
		return append(b, "</soap:Fault>"+closeBody...)
	}
	b = append(b, "<soap:Fault><faultcode>"+code+"</faultcode><faultstring>"...)
	b = append(appendText(b, f.Text), "</faultstring>"...)
	if f.Actor != "" {
		b = append(appendText(append(b, "<faultactor>"...), f.Actor), "</faultactor>"...)
	}
	if !f.header {
		b = append(b, "<detail />"...)
	}
	return append(b, "</soap:Fault>"+closeBody...)
}
