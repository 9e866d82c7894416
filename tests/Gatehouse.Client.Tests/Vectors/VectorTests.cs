namespace Gatehouse.Client.Tests;

public sealed class VectorTests
{
    public static TheoryData<string, string> Cases => [.. VectorCase.All()];

    [Theory, MemberData(nameof(Cases))]
    public void Session_follows_the_vector(string file, string name) => new VectorRun(VectorCase.Read(file, name)).Play();
}
