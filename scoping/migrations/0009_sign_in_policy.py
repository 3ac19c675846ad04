"""How people who work in a workspace sign in."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('scoping', '0008_api_keys'),
    ]

    operations = [
        migrations.CreateModel(
            name='SignInPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('second_factor', models.BooleanField(default=True, help_text='Everybody but clients needs an authenticator app.', verbose_name='second factor')),
                ('workspace', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='sign_in_policy', to='scoping.workspace')),
            ],
            options={
                'verbose_name_plural': 'sign-in policies',
            },
        ),
    ]
