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

// faultOf turns an error from an operation into the fault that is sent: itself when it is one, otherwise a fixed
// sentence, because the text of an error may hold what is nobody's business.
func internalFault(cause error) *Fault {
	return &Fault{Code: Server, Text: textUnableToProcess + arrow + textInternal, cause: cause}
}
