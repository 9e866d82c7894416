using System.Buffers.Binary;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Gatehouse.LocalRun.Probes;

/// <summary>
/// <c>grpc.health.v1.Health/Check</c>, by hand: one call with one string and one enumeration needs no library. A message is a byte 0 (not
/// compressed), its length in four bytes, and the Protobuf: <c>0A len service</c> asks, <c>08 01</c> answers SERVING.
/// </summary>
internal static class GrpcHealth
{
    private const int PrefixBytes = 5;
    private const byte StatusField = 0x08;
    private const byte Serving = 1;

    public static async Task<ProbeOutcome> CheckAsync(HttpMessageInvoker http, int port, string service, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}/grpc.health.v1.Health/Check")
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(Question(service)) { Headers = { ContentType = new MediaTypeHeaderValue("application/grpc") } },
        };
        request.Headers.TE.Add(new("trailers"));
        using var answer = await http.SendAsync(request, cancellationToken);
        var body = await answer.Content.ReadAsByteArrayAsync(cancellationToken);
        var code = First(answer.TrailingHeaders) ?? First(answer.Headers);
        if (answer.StatusCode is not HttpStatusCode.OK) return ProbeOutcome.Wrong($"the answer was {(int)answer.StatusCode}");
        if (code is not "0") return ProbeOutcome.Wrong($"the gRPC status was {code ?? "missing"}");
        return body is [_, _, _, _, _, StatusField, Serving, ..] ? ProbeOutcome.Success : ProbeOutcome.Wrong("the service is not SERVING");
    }

    private static byte[] Question(string service)
    {
        var name = Encoding.UTF8.GetBytes(service);
        byte[] message = name.Length is 0 ? [] : [0x0A, .. Length(name.Length), .. name];
        var framed = new byte[PrefixBytes + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed, PrefixBytes);
        return framed;
    }

    private static byte[] Length(int length) => length < 0x80 ? [(byte)length] : [(byte)(length & 0x7F | 0x80), .. Length(length >> 7)];

    private static string? First(HttpHeaders headers) => headers.TryGetValues("grpc-status", out var values) ? values.FirstOrDefault() : null;
}
