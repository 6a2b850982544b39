package intelliview

import "latchkey/internal/problem"

// messageID names a message on the wire. Clients compare it; the word in its middle says nothing for certain, as the
// success of ivnUpdateGroup is called an ERROR (findings, Contract quirks).
type messageID string

// The messages that the operations here return.
const (
	opened             messageID = "SYN_REP_INFO_7503"
	closed             messageID = "SYN_REP_INFO_7540"
	companyCreated     messageID = "SYN_REP_INFO_7505"
	companyUpdated     messageID = "SYN_REP_INFO_7506"
	userCreated        messageID = "SYN_REP_INFO_7562"
	userUpdated        messageID = "SYN_REP_INFO_7563"
	groupCreated       messageID = "SYN_REP_INFO_7564"
	groupUpdated       messageID = "SYN_REP_ERROR_7565" // a success all the same (page ivnUpdateGroup)
	unforeseen         messageID = "SYN_REP_ERROR_5035"
	unforeseenSession  messageID = "SYN_REPO_ERROR_5035" // as the two session pages spell it (seed 003, rules V-12)
	badLogin           messageID = "SYN_REP_ERROR_5086"
	badSession         messageID = "SYN_REP_ERROR_7501"
	notOpened          messageID = "SYN_REP_ERROR_7507"
	badShortName       messageID = "SYN_REP_ERROR_7509"
	badCompanyID       messageID = "SYN_REP_ERROR_7511"
	badUserName        messageID = "SYN_REP_ERROR_7523"
	badGroupID         messageID = "SYN_REP_ERROR_7528"
	badUserID          messageID = "SYN_REP_ERROR_7529"
	badAuthType        messageID = "SYN_REP_ERROR_7538"
	badApplicationType messageID = "SYN_REP_ERROR_7539"
	badGroupName       messageID = "SYN_REP_ERROR_7560"
	groupNameTaken     messageID = "SYN_REP_ERROR_5049"
	noPrivilege        messageID = "SYN_LKY_ERROR_0001"
	badCompanyName     messageID = "SYN_LKY_ERROR_0002"
	badDescription     messageID = "SYN_LKY_ERROR_0003"
	badAdminUser       messageID = "SYN_LKY_ERROR_0004"
	badPassword        messageID = "SYN_LKY_ERROR_0005"
	badActiveStatus    messageID = "SYN_LKY_ERROR_0006"
)

// Where a message comes from.
const (
	fromSeed = "seed 003"
	fromPage = "help page"
	ours     = "ours" // no source gives one, or it is cut off; the wording follows its neighbours (decision 35)
)

// message is what a message id says.
type message struct {
	text     string // exact, a wire text
	source   string
	returned bool // whether an operation of ours returns it
}

// messages holds every message that is known of the service, and ours.
var messages = map[messageID]message{
	unforeseenSession:  {"Exception has occurred. Contact your Administrator", fromSeed, true},
	badLogin:           {"Invalid user name/password", fromSeed, true},
	badSession:         {"Intelliview NXT session is expired or not initialized or not valid.", fromSeed, true},
	opened:             {"Intelliview NXT session initialization is successful", fromSeed, true},
	notOpened:          {"Intelliview NXT session is not initialized / expired.", fromSeed, true},
	badShortName:       {"Company short name is not valid", fromSeed, true},
	badAuthType:        {"Authentication type is not valid", fromSeed, true},
	badApplicationType: {"Application type is not valid", fromSeed, true},

	unforeseen:     {"Exception has occurred. Contact your Administrator", fromPage, true},
	companyCreated: {"Company creation is successful", fromPage, true},
	companyUpdated: {"Company details update is successful", fromPage, true},
	badCompanyID:   {"Company ID is not valid", fromPage, true},
	badUserName:    {"User name is not valid", fromPage, true},
	badGroupID:     {"Group ID is not valid", fromPage, true},
	badUserID:      {"User ID is not valid", fromPage, true},
	closed:         {"Intelliview NXT session termination is successful", fromPage, true},
	badGroupName:   {"Group name is not valid", fromPage, true},
	userCreated:    {"User creation is successful", fromPage, true},
	userUpdated:    {"User details update is successful", fromPage, true},
	groupCreated:   {"Group creation is successful", fromPage, true},
	groupUpdated:   {"Group details update is successful", fromPage, true},
	groupNameTaken: {"Group name already exists", fromPage, true},

	noPrivilege:     {"The user does not have the privilege for this operation", ours, true},
	badCompanyName:  {"Company name is not valid", ours, true},
	badDescription:  {"Company description is not valid", ours, true},
	badAdminUser:    {"Admin user details are not valid", ours, true},
	badPassword:     {"Password is not valid", ours, true},
	badActiveStatus: {"Company active status is not valid", ours, true},

	"SYN_REP_INFO_5001":  {"User is not mapped to any group", fromPage, false},
	"SYN_REP_ERROR_5051": {"Unable to update the Group", fromPage, false},
	"SYN_DAS_INFO_5111":  {"Group Updation Failed. Maximum number of licensed User exceeded", fromPage, false},
	"SYN_REP_ERROR_7522": {"Datamodel ID is not valid", fromPage, false},
	"SYN_REP_ERROR_7532": {"Resource ID is not valid", fromPage, false},
	"SYN_REP_INFO_7542":  {"Resource permission is set successfully", fromPage, false},
	"SYN_REP_INFO_7547":  {"Author permission is set successfully", fromPage, false},
}

// usually says which message stands for a problem of ours where exceptions has none. Problems that no caller of these
// operations can meet are unforeseen.
var usually = map[problem.Code]messageID{
	problem.Internal:         unforeseen,
	problem.InvalidInput:     unforeseen,
	problem.BadLogin:         badLogin,
	problem.UnknownSession:   badSession,
	problem.PermissionDenied: noPrivilege,
	problem.SessionRefused:   notOpened,
	problem.NotConfigured:    unforeseen,
	problem.NoSuchAccount:    badUserName,
	problem.NoSuchTenant:     badCompanyID,
	problem.NoSuchAgent:      unforeseen,
	problem.NoSuchRole:       unforeseen,
	problem.NoSuchSession:    badSession,
	problem.NoSuchGrant:      unforeseen,
	problem.NoSuchGroup:      badGroupName,
	problem.AlreadyExists:    badUserName,

	// Met at the doors only.
	problem.NoSuchLoginToken:    unforeseen,
	problem.LoginTokenUsed:      unforeseen,
	problem.LoginTokenExpired:   unforeseen,
	problem.LoginTokenWithdrawn: unforeseen,
	problem.WrongDoor:           unforeseen,
	problem.SignInAgain:         unforeseen,

	// Met where texts are sent, which no operation of this dialect does.
	problem.NoSuchProfile: unforeseen,
	problem.NoSuchMessage: unforeseen,
	problem.NoSuchEvent:   unforeseen,

	// Met in the telecom records, which no operation of this dialect touches.
	problem.NoSuchCustomer:      unforeseen,
	problem.NoSuchService:       unforeseen,
	problem.NoSuchOrder:         unforeseen,
	problem.NoSuchInventoryItem: unforeseen,
	problem.NoSuchProvider:      unforeseen,
	problem.NoSuchServiceType:   unforeseen,
	problem.NoSuchProductType:   unforeseen,
	problem.NoSuchProduct:       unforeseen,
	problem.NoSuchPackage:       unforeseen,
	problem.NoSuchBillProfile:   unforeseen,
	problem.NoSuchProcess:       unforeseen,
	problem.NoSuchLifelineType:  unforeseen,
	problem.NoSuchProofType:     unforeseen,
	problem.UnknownZip:          unforeseen,
	problem.WrongCustomerStatus: unforeseen,
	problem.HierarchyFixed:      unforeseen,
	problem.ServiceOfAnother:    unforeseen,
	problem.OrderOfAnother:      unforeseen,
	problem.OrderImpossible:     unforeseen,
	problem.NothingToOrder:      unforeseen,
}

// exceptions are the messages by which an operation tells of a problem in its own way.
var exceptions = map[string]map[problem.Code]messageID{
	"ivnInitializeSession": {
		problem.NoSuchTenant: badShortName, problem.PermissionDenied: notOpened, // proved, but no leave to use the API
	},
	"ivnCreateCompany":     {problem.InvalidInput: badShortName, problem.AlreadyExists: badShortName},
	"ivnUpdateCompany":     {problem.InvalidInput: badActiveStatus}, // nobody switches off their own company
	"ivnGetCompanyDetails": {problem.NoSuchTenant: badShortName},
	"ivnCreateUser":        {problem.InvalidInput: badUserName},
	"ivnUpdateUser":        {problem.NoSuchAccount: badUserID},
	"ivnCreateGroup":       {problem.InvalidInput: badGroupName, problem.AlreadyExists: groupNameTaken},
	"ivnUpdateGroup":       {problem.NoSuchGroup: badGroupID},
}

// sessionSpelling are the operations whose pages spell the unforeseen message with REPO (seed 003, rules V-12).
var sessionSpelling = map[string]bool{"ivnInitializeSession": true, "ivnCloseSession": true}

// messageFor says by which message an operation tells of a problem.
func messageFor(operation string, code problem.Code) messageID {
	id, found := exceptions[operation][code]
	if !found {
		id = usually[code]
	}
	if id == unforeseen && sessionSpelling[operation] {
		return unforeseenSession
	}
	return id
}
