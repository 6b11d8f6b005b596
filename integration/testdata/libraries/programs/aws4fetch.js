import { AwsClient, AwsV4Signer } from "aws4fetch";
import { report } from "../report.js";

export default report(async (print) => {
  const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", datetime: "20150830T123600Z" };
  for (const o of [{ url: "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08" }, { url: "https://bucket.s3.us-west-2.amazonaws.com/a b/é.txt?x=1&X=2", method: "PUT", body: "content", headers: { "x-amz-meta-n": "  v  v " } }, { url: "https://examplebucket.s3.amazonaws.com/test.txt", signQuery: true, sessionToken: "tok" }, { url: "https://sqs.eu-west-1.amazonaws.com/123/q", body: new URLSearchParams({ Action: "SendMessage", M: "hi there" }).toString() }]) {
    const signed = await new AwsV4Signer({ ...keys, ...o }).sign();
    print(signed.method, signed.url.href, [...signed.headers]);
  }
  const client = new AwsClient({ ...keys, service: "dynamodb", region: "eu-west-1" });
  const r = await client.sign("https://dynamodb.eu-west-1.amazonaws.com/", { method: "POST", body: '{"a":1}', headers: { "x-amz-target": "T" }, aws: { datetime: keys.datetime } });
  print(r instanceof Request, r.headers.get("authorization"), await r.text());
});
