// SPDX-License-Identifier: Apache-2.0
#include "live/aws_answer.h"

#include <gtest/gtest.h>

namespace rolecall {
namespace {

TEST(XmlToJson, WritesWhatTheAwsCliPrints) {
  EXPECT_EQ(
      xml_to_json(R"(<?xml version="1.0"?>
<ListRolesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListRolesResult>
  <Roles><member><Path>/</Path><RoleName>a&amp;b</RoleName><Tags/><RoleLastUsed/>
    <MaxSessionDuration>3600</MaxSessionDuration></member></Roles>
  <IsTruncated>false</IsTruncated></ListRolesResult>
<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></ListRolesResponse>)",
                  "ListRoles"),
      R"({"Roles": [{"Path": "/", "RoleName": "a&b", "Tags": [], "RoleLastUsed": {}, "MaxSessionDuration": 3600}], )"
      R"("IsTruncated": false})");
}

TEST(XmlToJson, GivesMembersOfEc2TheirNames) {
  EXPECT_EQ(xml_to_json("<DescribeVpcEndpointsResponse><requestId>1</requestId><vpcEndpointSet>"
                        "<item><vpcEndpointId>vpce-1</vpcEndpointId></item></vpcEndpointSet>"
                        "</DescribeVpcEndpointsResponse>",
                        "DescribeVpcEndpoints"),
            R"({"RequestId": "1", "VpcEndpoints": [{"VpcEndpointId": "vpce-1"}]})");
}

TEST(XmlToJson, KeepsTextThatOnlyLooksLikeANumber) {
  EXPECT_EQ(xml_to_json("<AResponse><AResult><Value>3600</Value><IsTruncated>maybe</IsTruncated>"
                        "</AResult></AResponse>",
                        "A"),
            R"({"Value": "3600", "IsTruncated": "maybe"})");
}

TEST(XmlToJson, RefusesWhatIsCutOffNestedOrNoAnswer) {
  for (const char* text :
       {"<AResponse><AResult><Value>3600</Va", "", "<html><body>busy</body></html>",
        "<ErrorResponse><Error><Code>Busy</Code></Error></ErrorResponse>",
        "<BResponse><BResult><Value>1</Value></BResult></BResponse>"}) {
    EXPECT_FALSE(xml_to_json(text, "A")) << text;
  }
  std::string deep = "<AResponse><AResult>";
  for (int i = 0; i < 100; ++i) deep += "<x>";
  for (int i = 0; i < 100; ++i) deep += "</x>";
  EXPECT_FALSE(xml_to_json(deep + "</AResult></AResponse>", "A"));
}

TEST(ReadAwsError, ReadsEveryProtocol) {
  const auto iam = read_aws_error(
      "<ErrorResponse><Error><Type>Sender</Type><Code>NoSuchEntity</Code><Message>no role</Message>"
      "</Error></ErrorResponse>");
  EXPECT_EQ(iam.code + "/" + iam.message, "NoSuchEntity/no role");
  const auto ec2 = read_aws_error(
      "<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>m</Message></Error>"
      "</Errors></Response>");
  EXPECT_EQ(ec2.code + "/" + ec2.message, "UnauthorizedOperation/m");
  const auto json = read_aws_error(
      R"({"__type":"com.amazonaws.organizations#AccessDeniedException:http://x","Message":"m"})");
  EXPECT_EQ(json.code + "/" + json.message, "AccessDeniedException/m");
  EXPECT_EQ(read_aws_error("busy").code, "");
}

}  // namespace
}  // namespace rolecall
